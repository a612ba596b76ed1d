"""What is left of a request for a connector that has only some of the capabilities."""

from typing import get_args

from connector.operations import Capability, Create, Delete, List, Mutation, Request, Verb
from connector.values import replace

__all__ = ["reduce", "supports"]

_NEEDS: dict[Verb, Capability] = {
    Verb.ALLOW: Capability.ACCESS_RULES,
    Verb.DENY: Capability.ACCESS_RULES,
    Verb.SNAPSHOT_CREATE: Capability.SNAPSHOTS,
    Verb.SNAPSHOT_LIST: Capability.SNAPSHOTS,
    Verb.SNAPSHOT_DELETE: Capability.SNAPSHOTS,
}


def supports(verb: Verb, capabilities: frozenset[Capability]) -> bool:
    """Whether a connector with these capabilities knows the verb at all."""
    needed = _NEEDS.get(verb)
    return needed is None or needed in capabilities


def reduce(request: Request, capabilities: frozenset[Capability]) -> Request:
    """The same request without what the capabilities cannot carry.

    Without `mark`, a list shows everybody's shares and a delete spares nobody's: who relies on a mark must ask for the
    capability first.
    """
    if isinstance(request, Create | Delete | List) and Capability.MARK not in capabilities:
        request = replace(request, mark=None)
    if isinstance(request, get_args(Mutation)):
        stamp = request.stamp
        if Capability.SEQUENCE not in capabilities:
            stamp = replace(stamp, sequence=None)
        if Capability.NOT_AFTER not in capabilities:
            stamp = replace(stamp, not_after=None)
        request = replace(request, stamp=stamp)
    return request
