"""What is left of a request for a connector that cannot carry all of it."""

from typing import Any, get_args

from connector.dialects.sizes import rounded
from connector.operations import Capability, Create, Delete, List, Mutation, Request, Resize, Verb
from connector.values import replace

__all__ = ["reduced", "supports"]

_NEEDS: dict[Verb, Capability] = {
    Verb.ALLOW: Capability.ACCESS_RULES,
    Verb.DENY: Capability.ACCESS_RULES,
    Verb.SNAPSHOT_CREATE: Capability.SNAPSHOTS,
    Verb.SNAPSHOT_LIST: Capability.SNAPSHOTS,
    Verb.SNAPSHOT_DELETE: Capability.SNAPSHOTS,
}
_MUTATIONS = get_args(Mutation)
_STAMPED = ("request_id", "sequence", "not_after")


def supports(verb: Verb, capabilities: frozenset[Capability]) -> bool:
    """Whether a connector with these capabilities knows the verb at all."""
    needed = _NEEDS.get(verb)
    return needed is None or needed in capabilities


def reduced(request: Request, carried: frozenset[str], size_step: int) -> Request:
    """The same request without what its commands do not carry, and with its size rounded up to a multiple.

    Without `mark`, a list shows everybody's shares and a delete spares nobody's: who relies on a mark must ask for the
    capability first.
    """
    if isinstance(request, (Create, Delete, List)) and request.mark is not None and "mark" not in carried:
        request = replace(request, mark=None)
    if isinstance(request, _MUTATIONS):
        lost: dict[str, Any] = {name: None for name in _STAMPED if name not in carried}
        if lost:
            request = replace(request, stamp=replace(request.stamp, **lost))
    if size_step > 1 and isinstance(request, (Create, Resize)):
        request = replace(request, size=rounded(request.size, size_step))
    return request
