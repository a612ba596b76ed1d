"""The states of a share and the only moves between them."""

from enum import StrEnum

__all__ = ["LEGAL", "RESTING", "Operation", "ShareState", "is_legal"]


class ShareState(StrEnum):
    """pending -> active; active -> updating -> active; pending | active -> failing | deleting -> removed.

    failing: the create failed for good, so the record goes; deleting: the user asked. Never back from either.
    lost: updating -> lost, since the share is certainly gone from its cluster; out of it only by a verify that sees the
    share again (lost -> updating), or by a delete.
    """

    PENDING = "pending"
    ACTIVE = "active"
    UPDATING = "updating"
    FAILING = "failing"
    DELETING = "deleting"
    LOST = "lost"


class Operation(StrEnum):
    """What a record's newest generation wants done."""

    CREATE = "create"
    RESIZE = "resize"
    DELETE = "delete"
    ALLOW = "allow"
    DENY = "deny"
    SNAPSHOT_CREATE = "snapshot-create"
    SNAPSHOT_DELETE = "snapshot-delete"
    VERIFY = "verify"


RESTING = frozenset({ShareState.ACTIVE, ShareState.LOST})
"""The states in which nothing is under way: nobody claims such a record."""

LEGAL: dict[ShareState | None, frozenset[ShareState | None]] = {
    None: frozenset({ShareState.PENDING}),
    ShareState.PENDING: frozenset({ShareState.ACTIVE, ShareState.FAILING, ShareState.DELETING}),
    ShareState.ACTIVE: frozenset({ShareState.UPDATING, ShareState.FAILING, ShareState.DELETING}),
    ShareState.UPDATING: frozenset({ShareState.ACTIVE, ShareState.LOST}),
    ShareState.LOST: frozenset({ShareState.UPDATING, ShareState.DELETING}),
    ShareState.FAILING: frozenset({None}),
    ShareState.DELETING: frozenset({None}),
}
"""From a state (None: no record) to those that may follow."""


def is_legal(before: ShareState | None, after: ShareState | None) -> bool:
    """Whether a record may move from `before` to `after`."""
    return after in LEGAL[before]
