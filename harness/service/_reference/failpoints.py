"""Failpoints of the reference pipeline: kills a process before or after one exact call of its store or connector."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from connector.operations import Request
from connector.outcomes import Outcome
from connector.protocol import Connector, Deadlines
from connector.values import replace
from harness.scenario.nemesis_kinds import NemesisStep
from harness.scenario.points import CrashPoint
from pipeline.kinds.table import KIND_OF_VERB
from pipeline.notices.records import NoticeDelivery, NoticeEndpoint, NoticeReply
from pipeline.notices.sender import NoticeSender
from pipeline.overrides import Overrides
from pipeline.processor.differences import Discrepancy, Remedy
from pipeline.processor.mender import Mends
from pipeline.record import Claim, Message
from pipeline.spool.broker import Broker
from pipeline.states import ShareState
from pipeline.store.delivery import Delivery, Spool

__all__ = ["CallFailpoints"]

_CALLS: Mapping[str, tuple[CrashPoint, CrashPoint]] = {
    "create": (CrashPoint.BEFORE_CREATE, CrashPoint.AFTER_CREATE),
    "change": (CrashPoint.BEFORE_CHANGE, CrashPoint.AFTER_CHANGE),
    "claim_many": (CrashPoint.BEFORE_CLAIM, CrashPoint.AFTER_CLAIM),
    "begin": (CrashPoint.BEFORE_BEGIN, CrashPoint.AFTER_BEGIN),
    "end": (CrashPoint.BEFORE_END, CrashPoint.AFTER_END),
    "give_up": (CrashPoint.BEFORE_GIVE_UP, CrashPoint.AFTER_GIVE_UP),
    "remove": (CrashPoint.BEFORE_REMOVE, CrashPoint.AFTER_REMOVE),
    "release": (CrashPoint.BEFORE_RELEASE, CrashPoint.AFTER_RELEASE),
}
"""The store's methods, each with the points before and after it."""

_MOVES: Mapping[ShareState, tuple[CrashPoint, CrashPoint]] = {
    ShareState.ACTIVE: (CrashPoint.BEFORE_ACTIVE, CrashPoint.AFTER_ACTIVE),
    ShareState.LOST: (CrashPoint.BEFORE_ACTIVE, CrashPoint.AFTER_ACTIVE),  # the other end of an update
    ShareState.FAILING: (CrashPoint.BEFORE_FAILING, CrashPoint.AFTER_FAILING),
}
_NOTICE_CALLS: Mapping[str, tuple[CrashPoint, CrashPoint]] = {
    "take": (CrashPoint.BEFORE_NOTICE_TAKE, CrashPoint.AFTER_NOTICE_TAKE),
    "settle": (CrashPoint.BEFORE_NOTICE_SETTLE, CrashPoint.AFTER_NOTICE_SETTLE),
}
_PUBLISHED = (CrashPoint.BEFORE_PUBLISHED, CrashPoint.AFTER_PUBLISHED)
_SEARCH = "claim_many"
"""A call that finds nothing most of the time."""

_CHANGING = frozenset(KIND_OF_VERB)


@dataclass(slots=True, kw_only=True)
class _ArmedFailpoint:
    point: CrashPoint
    part: str
    left: int
    armed: list["_ArmedFailpoint"]
    fired: asyncio.Event = field(default_factory=asyncio.Event)

    def remove(self) -> None:
        if self in self.armed:
            self.armed.remove(self)


class CallFailpoints:
    """All crash points of one world: a `harness.nemesis.target.Failpoints`.

    run_outside: calls a function as nobody who can be killed.
    """

    def __init__(self, *, run_outside: Callable[[Callable[[], None]], None]) -> None:
        self._run_outside = run_outside
        self._armed: list[_ArmedFailpoint] = []
        self._kills: dict[str, Callable[[], None]] = {}

    def around(self, part: str, overrides: Overrides) -> Overrides:
        """The same behaviour of a part, with a place for a failpoint before and after each call."""
        sites = _Sites(self, part)
        return replace(
            overrides,
            portal_store=lambda store: _FailpointStore(overrides.portal_store(store), sites),
            processor_store=lambda store: _FailpointStore(overrides.processor_store(store), sites),
            spool=lambda spool: _FailpointSpool(overrides.spool(spool), sites),
            outbox=lambda outbox: _FailpointOutbox(overrides.outbox(outbox), sites),
            broker=lambda broker: _FailpointBroker(overrides.broker(broker), sites),
            notices=lambda notices: _FailpointNotices(overrides.notices(notices), sites),
            sender=lambda sender: _FailpointSender(overrides.sender(sender), sites),
            connector=lambda connector: _FailpointConnector(overrides.connector(connector), sites),
            table=replace(
                overrides.table, mender=lambda mender: _FailpointMender(overrides.table.mender(mender), sites)
            ),
        )

    def kills(self, part: str, kill: Callable[[], None]) -> None:
        """How a part is killed, whatever life it is in."""
        self._kills[part] = kill

    def arm(self, step: NemesisStep) -> _ArmedFailpoint:
        """Count the calls at the step's site from now on."""
        site = step.selector.site
        assert site is not None, "a step without a site has an instant"
        failpoint = _ArmedFailpoint(point=site, part=step.selector.target, left=step.selector.nth, armed=self._armed)
        self._armed.append(failpoint)
        return failpoint

    async def reach(self, point: CrashPoint, part: str) -> None:
        """Count one call of a part here. Where that springs a failpoint the caller is dead, and this never returns."""
        for failpoint in [each for each in self._armed if each.point is point and each.part == part]:
            failpoint.left -= 1
            if failpoint.left == 0:
                failpoint.remove()
                failpoint.fired.set()
                # Not as the dead: nothing would run of what its end sets off elsewhere, such as a reset of connections.
                self._run_outside(self._kills[part])
                await asyncio.get_running_loop().create_future()


@dataclass(frozen=True, slots=True)
class _Sites:
    """The crash points of one part."""

    of_all: CallFailpoints
    part: str

    async def reach(self, point: CrashPoint) -> None:
        await self.of_all.reach(point, self.part)


class _FailpointStore:
    """A store as the API or the processor sees it; what is no crash point is the store's own."""

    def __init__(self, store: Any, sites: _Sites) -> None:
        self._store = store
        self._sites = sites

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        return partial(self._call, name, method) if name in _CALLS else method

    async def move(self, claim: Claim, to: ShareState, **options: Any) -> Claim | None:
        """A processor as it should be makes a record active, lost or failing, and nothing else."""
        points = _MOVES.get(to)
        if points is not None:
            await self._sites.reach(points[0])
        moved: Claim | None = await self._store.move(claim, to, **options)
        if points is not None:
            await self._sites.reach(points[1])
        return moved

    async def _call(self, name: str, method: Callable[..., Awaitable[Any]], *args: Any, **options: Any) -> Any:
        before, after = _CALLS[name]
        await self._sites.reach(before)
        result = await method(*args, **options)
        if result or name != _SEARCH:
            await self._sites.reach(after)
        return result


@dataclass(frozen=True, slots=True)
class _FailpointSpool:
    spool: Spool
    sites: _Sites

    async def take(self, *, owner: str, lease: float, wait: float, limit: int) -> Sequence[Delivery]:
        await self.sites.reach(CrashPoint.BEFORE_TAKE)
        taken = await self.spool.take(owner=owner, lease=lease, wait=wait, limit=limit)
        if taken:
            await self.sites.reach(CrashPoint.AFTER_TAKE)
        return [_FailpointDelivery(delivery, self.sites) for delivery in taken]


class _FailpointNotices:
    """As the notifier has them."""

    def __init__(self, notices: Any, sites: _Sites) -> None:
        self._notices = notices
        self._sites = sites

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._notices, name)
        return partial(self._call, name, method) if name in _NOTICE_CALLS else method

    async def _call(self, name: str, method: Callable[..., Awaitable[Any]], *args: Any, **options: Any) -> Any:
        before, after = _NOTICE_CALLS[name]
        await self._sites.reach(before)
        result = await method(*args, **options)
        await self._sites.reach(after)
        return result


@dataclass(frozen=True, slots=True)
class _FailpointSender:
    sender: NoticeSender
    sites: _Sites

    async def send(self, endpoint: NoticeEndpoint, delivery: NoticeDelivery) -> NoticeReply:
        await self.sites.reach(CrashPoint.BEFORE_NOTICE)
        reply = await self.sender.send(endpoint, delivery)
        await self.sites.reach(CrashPoint.AFTER_NOTICE)
        return reply


@dataclass(frozen=True, slots=True)
class _FailpointOutbox:
    outbox: Spool
    sites: _Sites

    async def take(self, *, owner: str, lease: float, wait: float, limit: int) -> Sequence[Delivery]:
        taken = await self.outbox.take(owner=owner, lease=lease, wait=wait, limit=limit)
        return [_FailpointDelivery(delivery, self.sites, _PUBLISHED) for delivery in taken]


@dataclass(frozen=True, slots=True)
class _FailpointBroker:
    """As the relay has it, which takes nothing from it."""

    broker: Broker
    sites: _Sites

    async def publish(self, messages: Sequence[Message]) -> Sequence[Message]:
        await self.sites.reach(CrashPoint.BEFORE_PUBLISH)
        published = await self.broker.publish(messages)
        await self.sites.reach(CrashPoint.AFTER_PUBLISH)
        return published

    async def take(self, *, owner: str, lease: float, wait: float, limit: int) -> Sequence[Delivery]:
        return await self.broker.take(owner=owner, lease=lease, wait=wait, limit=limit)


@dataclass(frozen=True, slots=True)
class _FailpointDelivery:
    """points: before and after it is done with."""

    delivery: Delivery
    sites: _Sites
    points: tuple[CrashPoint, CrashPoint] = (CrashPoint.BEFORE_DONE, CrashPoint.AFTER_DONE)

    @property
    def message(self) -> Message:
        return self.delivery.message

    async def extend(self, seconds: float) -> None:
        await self.delivery.extend(seconds)

    async def ack(self) -> None:
        await self.sites.reach(self.points[0])
        await self.delivery.ack()
        await self.sites.reach(self.points[1])

    async def nack(self, delay: float) -> None:
        await self.delivery.nack(delay)


@dataclass(frozen=True, slots=True)
class _FailpointConnector:
    connector: Connector
    sites: _Sites

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        """Reading commands change nothing: being killed there is being killed at the next point."""
        if request.verb not in _CHANGING:
            return await self.connector.perform(request, deadlines)
        await self.sites.reach(CrashPoint.BEFORE_EXEC)
        outcome = await self.connector.perform(request, deadlines)
        await self.sites.reach(CrashPoint.AFTER_EXEC)
        return outcome


@dataclass(frozen=True, slots=True)
class _FailpointMender:
    mender: Mends
    sites: _Sites

    async def mend(self, difference: Discrepancy, remedy: Remedy) -> bool:
        await self.sites.reach(CrashPoint.BEFORE_MEND)
        mended = await self.mender.mend(difference, remedy)
        await self.sites.reach(CrashPoint.AFTER_MEND)
        return mended
