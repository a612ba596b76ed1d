"""A cluster in memory that does to each command what its script says, and can land a late one at any time."""

import asyncio
from collections.abc import Iterable
from enum import StrEnum

from connector.codes import Code
from connector.operations import (
    Capabilities,
    CapabilitiesReply,
    Capability,
    Create,
    Delete,
    DoneReply,
    List,
    ListReply,
    Mutation,
    Request,
    Resize,
    ShareView,
    Show,
    ShowReply,
)
from connector.outcomes import Done, Failed, Outcome, Unknown, refusal
from connector.protocol import Deadlines
from connector.sites import Site
from connector.values import replace

__all__ = ["ALL", "Fate", "ModelCluster"]

ALL = frozenset({Capability.MARK, Capability.SEQUENCE, Capability.NOT_AFTER})


class Fate(StrEnum):
    OK = "ok"
    REPLY_LOST = "reply-lost"
    LATE = "late"
    REFUSED = "refused"
    BUSY = "busy"
    UNREACHED = "unreached"
    LIE = "lie"
    HALF_MADE = "half-made"


class ModelCluster:
    """fates: of the mutating commands, in order; after them all is well. asked: every request, in order.

    hold: while it is not set, commands wait. step: bytes of which every size is rounded up to a multiple. unlisted:
    shares that a list does not show. no_names: what it takes for no name of a share at all.
    """

    def __init__(self, fates: Iterable[Fate] = (), *, capabilities: frozenset[Capability] = ALL) -> None:
        self.shares: dict[str, ShareView] = {}
        self.asked: list[Request] = []
        self.late: list[Mutation] = []
        self.hold = asyncio.Event()
        self.hold.set()
        self.is_down = False
        self.step = 1
        self.unlisted: set[str] = set()
        self.no_names: set[str] = set()
        self._fates = list(fates)
        self._capabilities = capabilities
        self._newest: dict[str, int] = {}
        self._done: set[str] = set()

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        self.asked.append(request)
        await self.hold.wait()
        if self.is_down:
            return _stopped(Code.REFUSED, sent=False)
        if isinstance(request, Show | Create | Resize | Delete) and request.name in self.no_names:
            return _refused(Code.INVALID)
        match request:
            case Capabilities():
                return Done(reply=CapabilitiesReply(capabilities=self._capabilities))
            case Show(name=name):
                view = self.shares.get(name)
                return _refused(Code.NOT_FOUND) if view is None else Done(reply=ShowReply(share=view))
            case List():
                shown = (share for name, share in self.shares.items() if name not in self.unlisted)
                return Done(reply=ListReply(shares=tuple(shown)))
            case Create() | Resize() | Delete():
                return self._mutate(request, self._fates.pop(0) if self._fates else Fate.OK)
            case _:
                raise AssertionError(f"nobody asks for {request}")

    def land(self) -> None:
        """All late commands arrive now."""
        late, self.late = self.late, []
        for request in late:
            self._apply(request)

    def commands(self) -> list[Create | Resize | Delete]:
        return [request for request in self.asked if isinstance(request, Create | Resize | Delete)]

    def _mutate(self, request: Mutation, fate: Fate) -> Outcome:
        match fate:
            case Fate.OK:
                return self._apply(request)
            case Fate.REPLY_LOST:
                self._apply(request)
                return _stopped(Code.LOST, sent=True)
            case Fate.LATE:
                self.late.append(request)
                return _stopped(Code.TIMEOUT, sent=True)
            case Fate.REFUSED:
                self._note(request)
                return _refused(Code.QUOTA)
            case Fate.BUSY:
                return _refused(Code.BUSY)
            case Fate.UNREACHED:
                return _stopped(Code.REFUSED, sent=False)
            case Fate.LIE:
                self._note(request)
                return Done(reply=DoneReply())
            case Fate.HALF_MADE:
                self._apply(request)
                if isinstance(request, Create):
                    self.shares[request.name] = replace(self.shares[request.name], complete=False)
                return _stopped(Code.LOST, sent=True)

    def _apply(self, request: Mutation) -> Outcome:
        assert request.stamp.request_id is not None
        if request.stamp.request_id in self._done:
            return Done(reply=DoneReply())
        if (request.stamp.sequence or 0) < self._newest.get(request.name, 0):
            return _refused(Code.STALE)
        self._note(request)
        outcome = self._change(request)
        if isinstance(outcome, Done):
            self._done.add(request.stamp.request_id)
        return outcome

    def _note(self, request: Mutation) -> None:
        if request.stamp.sequence is not None:
            self._newest[request.name] = max(request.stamp.sequence, self._newest.get(request.name, 0))

    def _change(self, request: Mutation) -> Outcome:
        share = self.shares.get(request.name)
        if isinstance(request, Create):
            if share is not None:
                return _refused(Code.ALREADY_EXISTS)
            size = self._rounded(request.size)
            self.shares[request.name] = ShareView(name=request.name, size=size, mark=request.mark)
        elif share is None or (isinstance(request, Delete) and request.mark not in (None, share.mark)):
            return _refused(Code.NOT_FOUND)
        elif isinstance(request, Resize):
            self.shares[request.name] = replace(share, size=self._rounded(request.size))
        else:
            del self.shares[request.name]
        return Done(reply=DoneReply())

    def _rounded(self, size: int) -> int:
        return -(-size // self.step) * self.step


def _refused(code: Code) -> Outcome:
    return refusal(code, Site.CONNECTOR_EXEC, "", sent=True)


def _stopped(code: Code, *, sent: bool) -> Failed | Unknown:
    return refusal(code, Site.CONNECTOR_REPLY if sent else Site.SSH_CONNECT, "", sent=sent)
