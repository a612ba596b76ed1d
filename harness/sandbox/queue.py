"""The queue of the service, read again and again, and what an operator does to it by hand."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx

from harness.errors import WorldError
from harness.nemesis.nemesis import NemesisLog
from harness.sandbox.named import CannotBreak
from harness.service.operated import Operated, QueuedShare, QueueState, ServiceOperator
from harness.service.service import Holding, Service

__all__ = ["HOLDS", "OPERATOR", "WatchedQueue"]

_Result = TypeVar("_Result")

OPERATOR = "sandbox"
"""Who holds clusters up, as the service has it."""
HOLDS = ("pause", "drain")
_EVERY = 1.0
_NOT_SHOWN = "the service does not show its queue, so it cannot be held up or requeued from here"


class WatchedQueue:
    """The queue of a service that shows it. state None: it does not, or does not answer at the moment.

    changed: called where there is something new to show. Each act raises `CannotBreak`.
    """

    def __init__(self, service: Service, log: NemesisLog, changed: Callable[[], None]) -> None:
        self._operator = service.operator if isinstance(service, Operated) else None
        self.can_hold = self._operator is not None and (not isinstance(service, Holding) or service.can_hold)
        """Whether whoever does the work keeps to it that a cluster is held up."""
        self._log = log
        self._changed = changed
        self.state: QueueState | None = None
        self._by_share: dict[str, QueuedShare] = {}
        self._dead: dict[str, str] = {}

    @property
    def is_shown(self) -> bool:
        """Whether the service shows it at all."""
        return self._operator is not None

    def of_share(self, share: str) -> QueuedShare | None:
        """How a record stands in it."""
        return self._by_share.get(share)

    def dead(self, share: str) -> str | None:
        """Why a record is a dead letter."""
        return self._dead.get(share)

    @property
    def is_calm(self) -> bool:
        """Whether no cluster is held up."""
        return self.state is None or not self.state.holds

    async def follow(self) -> None:
        """Keep up with it, without end."""
        while self._operator is not None:
            try:
                await self._read(self._operator)
            except (httpx.HTTPError, WorldError):  # what was read last says nothing of now
                self._show(None)
            await asyncio.sleep(_EVERY)

    async def hold(self, location: str, kind: str, *, reason: str, seconds: float | None) -> None:
        """Pause or drain a cluster."""
        if kind not in HOLDS:
            raise CannotBreak(f"{kind!r} is not accepted; accepted: {', '.join(HOLDS)}")
        if self._operator is not None and not self.can_hold:
            raise CannotBreak("this design works without a processor, so no cluster can be held up")
        if not reason:
            raise CannotBreak("reason: say why, for whoever finds the cluster so")
        ends = "until it is lifted" if seconds is None else f"for {seconds:g} s"
        await self._act(lambda to: to.hold(location, kind, reason=reason, who=OPERATOR, seconds=seconds))
        self._log.note("hold", location, f"{kind} {ends}: {reason}")

    async def lift(self, location: str) -> None:
        """End what holds a cluster up."""
        await self._act(lambda to: to.lift(location))

    async def lift_all(self) -> None:
        """End all holds, as far as they are shown."""
        if self._operator is not None:
            state = await self._act(lambda to: to.read_queue())  # what was read last may be older than a hold
            for hold in state.holds:
                await self.lift(hold.location)

    async def notify(self, target: str) -> None:
        """Tell an address what becomes of shares."""
        await self._act(lambda to: to.notify(target))

    async def count_dead(self, *, location: str | None, reason: str | None) -> int:
        """Dead letters that a requeue would mean."""
        return await self._act(lambda to: to.requeue(location=location, reason=reason, dry_run=True))

    async def requeue(self, *, location: str | None, reason: str | None) -> int:
        """Make them due again."""
        count = await self._act(lambda to: to.requeue(location=location, reason=reason))
        self._log.note("requeue", location or "all", f"{count} dead letters")
        return count

    async def _act(self, act: Callable[[ServiceOperator], Awaitable[_Result]]) -> _Result:
        if self._operator is None:
            raise CannotBreak(_NOT_SHOWN)
        try:
            done = await act(self._operator)
            await self._read(self._operator)
        except WorldError as error:
            raise CannotBreak(str(error)) from error
        except httpx.HTTPError as error:
            raise CannotBreak(f"the API does not answer ({type(error).__name__}); is it running?") from error
        return done

    async def _read(self, operator: ServiceOperator) -> None:
        self._show(await operator.read_queue())

    def _ended(self, state: QueueState | None) -> list[str]:
        """Where nothing is held up any more: it was lifted, or is over."""
        if state is None or self.state is None:
            return []
        return [hold.location for hold in self.state.holds if state.hold_of(hold.location) is None]

    def _show(self, state: QueueState | None) -> None:
        if state != self.state:
            for location in self._ended(state):
                self._log.note("lift", location)
            self.state = state
            self._by_share = {} if state is None else {row.share: row for row in state.shares}
            self._dead = {} if state is None else {row.share: row.reason for row in state.dead}
            self._changed()
