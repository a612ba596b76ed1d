"""Changes that not every service offers: of access and of snapshots, what an op of such a kind asks for, and which of
them a service has."""

from connector.chance import word_index
from connector.operations import Access, AccessRule
from harness.service.service import ChangesAccess, ServiceApi
from reports.history import Op, OpKind

__all__ = ["ACCESS_CHANGES", "SNAPSHOT", "access_changes", "rule_of"]

ACCESS_CHANGES = frozenset({OpKind.ALLOW, OpKind.DENY, OpKind.SNAPSHOT_CREATE, OpKind.SNAPSHOT_DELETE, OpKind.VERIFY})
"""A service says which of these can be asked of it."""

SNAPSHOT = "kept"
"""The one snapshot that the load makes of a share, again and again."""

_ADDRESSES = 254


def rule_of(op: Op) -> AccessRule:
    """Who is given access, or loses it: the grantee of the op, else one client for each share.

    That one is at an address that no host has (RFC 5737), and what it may do follows from the key of the op, so that
    later ops change it.
    """
    client = op.grantee or f"192.0.2.{1 + word_index(f'{op.location}/{op.name}') % _ADDRESSES}"
    if op.access is not None:
        return AccessRule(client=client, access=Access(op.access))
    return AccessRule(client=client, access=Access.READ_WRITE if word_index(op.key or "") % 2 else Access.READ_ONLY)


def access_changes(api: ServiceApi) -> frozenset[OpKind]:
    """What can be asked of a service."""
    return api.access_changes if isinstance(api, ChangesAccess) else frozenset()
