"""Whether a cluster that holds what it holds accepts a command: the reasons to refuse, in the order they are found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import assert_never, get_args

from connector.codes import Code
from connector.operations import (
    Allow,
    Capabilities,
    Capability,
    Create,
    CreatePart,
    CreateSnapshot,
    Delete,
    DeleteSnapshot,
    Deny,
    List,
    ListSnapshots,
    Mutation,
    Ping,
    Request,
    Resize,
    Show,
)
from connector.protocol import Refusal
from fake_clusters.share import ClusterShare
from fake_clusters.spec import ClusterLimits

__all__ = ["MAX_WORD_BYTES", "Holdings", "unsupported", "validate"]

MAX_WORD_BYTES = 255
"""Bytes that a name, client, mark or request id may have in UTF-8."""


_NEEDED: Mapping[type[Request], Capability] = {
    CreateSnapshot: Capability.SNAPSHOTS,
    ListSnapshots: Capability.SNAPSHOTS,
    DeleteSnapshot: Capability.SNAPSHOTS,
    Allow: Capability.ACCESS_RULES,
    Deny: Capability.ACCESS_RULES,
}
"""Without which a cluster does not know a command at all; asked several times for each."""

_WORDS: Mapping[type[Request], Sequence[str]] = {
    kind: [word for word in ("name", "snapshot", "client", "mark") if word in {row.name for row in fields(kind)}]
    for kind in get_args(Request)
}
"""Which fields of a command are words, in the order in which they are looked at."""


@dataclass(slots=True, kw_only=True)
class Holdings:
    """What a command is judged by. used: bytes of all shares together."""

    limits: ClusterLimits
    capabilities: frozenset[Capability]
    shares: dict[str, ClusterShare] = field(default_factory=dict)
    used: int = 0


def validate(request: Request, holdings: Holdings) -> Refusal | None:
    """Why the command is refused, None where it is acceptable."""
    return unsupported(request, holdings) or _unacceptable(request) or _unfitting(request, holdings)


def unsupported(request: Request, holdings: Holdings) -> Refusal | None:
    """Why a cluster does not know the command at all, None where it does."""
    needed = _NEEDED.get(type(request))
    if isinstance(request, List) and request.mark is not None:
        needed = Capability.MARK
    if needed is None or needed in holdings.capabilities:
        return None
    return Refusal(code=Code.UNSUPPORTED, message=f"this connector has no {needed.value}")


def _unacceptable(request: Request) -> Refusal | None:
    """What no state of the cluster could make right."""
    words = [(what, getattr(request, what)) for what in _WORDS[type(request)]]
    if isinstance(request, Mutation):
        words.append(("request id", request.stamp.request_id))
    for what, word in words:
        if word is not None and (wrong := _wrong_with(word)):
            return Refusal(code=Code.INVALID, message=f"the {what} {wrong}")
    is_part = isinstance(request, Create) and request.part is not CreatePart.WHOLE and request.size == 0
    if isinstance(request, Create | Resize) and request.size < 1 and not is_part:
        return Refusal(code=Code.INVALID, message="the size must be at least 1 byte")
    return None


def _wrong_with(word: str) -> str | None:
    if not word:
        return f"is empty; accepted: 1 to {MAX_WORD_BYTES} bytes"
    if "\0" in word:
        return "contains a NUL"
    try:
        length = len(word.encode())
    except UnicodeEncodeError:
        return "is not text"
    return f"is longer than {MAX_WORD_BYTES} bytes" if length > MAX_WORD_BYTES else None


def _unfitting(request: Request, holdings: Holdings) -> Refusal | None:
    """What the present state is in the way of."""
    match request:
        case List() | Capabilities() | Ping():
            return None
        case Create():
            return _create(request, holdings)
        case _:
            share = holdings.shares.get(request.name)
            if share is None:
                return Refusal(code=Code.NOT_FOUND, message=f"no share '{request.name}'")
            return _on_share(request, share, holdings)


def _create(request: Create, holdings: Holdings) -> Refusal | None:
    existing = holdings.shares.get(request.name)
    if request.part is CreatePart.FINISH:
        return _finish(request, existing, holdings)
    if existing is not None:
        given = request.stamp.request_id
        if not existing.complete and given is not None and existing.request_id == given:
            return _half_made(existing)
        return Refusal(code=Code.ALREADY_EXISTS, message=f"the share '{request.name}' exists")
    if holdings.limits.shares is not None and len(holdings.shares) >= holdings.limits.shares:
        return Refusal(code=Code.QUOTA, message=f"the quota of {holdings.limits.shares} shares is used up")
    size = holdings.limits.allocated(request.size)
    return _no_room(size, size, holdings)


def _finish(request: Create, existing: ClusterShare | None, holdings: Holdings) -> Refusal | None:
    """The size may have been told with the first part, or come with this one."""
    if existing is None:
        return Refusal(code=Code.NOT_FOUND, message=f"no share '{request.name}'")
    if existing.complete:
        return Refusal(code=Code.ALREADY_EXISTS, message="it is whole already")
    size = holdings.limits.allocated(request.size) if request.size else existing.size
    return _no_room(size, size - existing.size, holdings)


def _on_share(
    request: Show | Resize | Delete | Allow | Deny | CreateSnapshot | ListSnapshots | DeleteSnapshot,
    share: ClusterShare,
    holdings: Holdings,
) -> Refusal | None:
    match request:
        case Show() | ListSnapshots():
            return None
        case Delete(mark=mark):
            if mark is not None and Capability.MARK in holdings.capabilities and share.mark != mark:
                return Refusal(code=Code.NOT_FOUND, message=f"no share '{share.name}' with that mark")
            return Refusal(code=Code.NOT_EMPTY, message="the share has snapshots") if share.snapshots else None
        case _:
            return _on_whole_share(request, share, holdings) if share.complete else _half_made(share)


def _on_whole_share(
    request: Resize | Allow | Deny | CreateSnapshot | DeleteSnapshot, share: ClusterShare, holdings: Holdings
) -> Refusal | None:
    limits = holdings.limits
    match request:
        case Resize():
            size = limits.allocated(request.size)
            return _no_room(size, size - share.size, holdings)
        case Allow(client=client):
            return None if client in share.rules else _used_up("access rules", len(share.rules), limits.rules)
        case Deny():
            return None
        case CreateSnapshot(snapshot=snapshot):
            if snapshot in share.snapshots:
                return Refusal(code=Code.ALREADY_EXISTS, message=f"the snapshot '{snapshot}' exists")
            return _used_up("snapshots", len(share.snapshots), limits.snapshots)
        case DeleteSnapshot(snapshot=snapshot):
            if snapshot not in share.snapshots:
                return Refusal(code=Code.NOT_FOUND, message=f"no snapshot '{snapshot}'")
            return None
        case _:
            assert_never(request)


def _half_made(share: ClusterShare) -> Refusal:
    return Refusal(code=Code.INCOMPLETE, message=f"the share '{share.name}' is half-made: delete it")


def _no_room(size: int, more: int, holdings: Holdings) -> Refusal | None:
    limits = holdings.limits
    if limits.share_size is not None and size > limits.share_size:
        return Refusal(code=Code.QUOTA, message=f"a share may have {limits.share_size} bytes")
    if limits.capacity is not None and more > 0 and holdings.used + more > limits.capacity:
        return Refusal(code=Code.FULL, message=f"{max(0, limits.capacity - holdings.used)} bytes are free")
    return None


def _used_up(what: str, there: int, limit: int | None) -> Refusal | None:
    if limit is None or there < limit:
        return None
    return Refusal(code=Code.QUOTA, message=f"the quota of {limit} {what} of a share is used up")
