"""A worker on a real store with a hand-driven clock, and processes that die at a chosen await."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from connector.operations import Request
from connector.outcomes import Outcome
from connector.protocol import Connector, Deadlines
from pipeline.marks import Marks
from pipeline.processor.cluster import Cluster
from pipeline.processor.decide import decide
from pipeline.processor.leased_claim import LeasedClaim, LeaseLostError
from pipeline.processor.outcome_classes import classify
from pipeline.processor.situation import Rules
from pipeline.processor.worker import Worker
from pipeline.record import Change, NewShare, ShareRecord
from pipeline.settings import BreakerSettings, RetrySettings
from pipeline.states import RESTING, Operation, ShareState
from pipeline.store.acceptances import StoredAnswer
from tests.pipeline.processor.model_cluster import ModelCluster
from tests.pipeline.store.stores import HandClock, Store

T = TypeVar("T")

LEASE = 30.0
DEADLINES = Deadlines(connect=1.0, login=1.0, channel=1.0, command=2.0)
ACCEPTED = StoredAnswer(status=202, headers=(), body=b"")


class DiedError(Exception):
    """This process is dead: it writes and sends nothing more."""


@dataclass(slots=True)
class Life:
    """Counts the awaits of one process; it dies before number `dies_at`, which is as good as after the one before."""

    dies_at: int | None = None
    count: int = 0
    dead: bool = False

    async def pass_on(self, work: Callable[[], Awaitable[T]]) -> T:
        self.count += 1
        self.dead = self.dead or self.count == self.dies_at
        if self.dead:
            raise DiedError
        return await work()


class MortalStore:
    """The store as a process sees it that may die at each call."""

    def __init__(self, store: object, life: Life) -> None:
        self._store = store
        self._life = life

    def __getattr__(self, name: str) -> Callable[..., Awaitable[object]]:
        method = getattr(self._store, name)
        return lambda *args, **kwargs: self._life.pass_on(lambda: method(*args, **kwargs))


@dataclass(slots=True)
class MortalConnector:
    """A connector as a process uses it that may die at each call."""

    connector: Connector
    life: Life

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        return await self.life.pass_on(lambda: self.connector.perform(request, deadlines))


@dataclass(slots=True, kw_only=True)
class Bench:
    """One share called `name`, worked on by one process after the other until it is at rest."""

    store: Store
    clock: HandClock
    model: ModelCluster
    name: str = "home"
    location: str = "north"
    attempts: int = 3

    async def create(self, size: int = 10, *, life: str = "id") -> None:
        share = NewShare(id=f"{life}-{self.location}-{self.name}", location=self.location, name=self.name, size=size)
        await self.store.create(share, None, lambda _: ACCEPTED)

    async def resize(self, size: int) -> None:
        change = Change(operation=Operation.RESIZE, size=size)
        await self.store.change(self.location, self.name, change, None, lambda _: ACCEPTED)

    async def delete(self) -> None:
        await self.store.change(self.location, self.name, Change(operation=Operation.DELETE), None, lambda _: ACCEPTED)

    @property
    def marks(self) -> Marks:
        return Marks(owner="spool", store=self.store.identity)

    async def record(self) -> ShareRecord | None:
        return await self.store.get(self.location, self.name)

    async def work(self, life: Life | None = None, *, store: object | None = None) -> bool:
        """One claim by one process, when it is due; whether there was anything to do. store: in place of the real."""
        record = await self.record()
        if record is None or record.state in RESTING:
            return False
        self.clock.now = max(self.clock.now, record.due_at)
        claim = await self.store.claim(None, owner="p", lease=LEASE, locations=frozenset({self.location}))
        assert claim is not None, record
        life = life or Life()
        jobs = MortalStore(store or self.store, life)
        worker = Worker(
            decide=decide,
            classify=classify,
            rules=Rules(marks=self.marks, attempts=self.attempts, skew=0.25),
            retry=RetrySettings(attempts=self.attempts),
            clock=self.clock,
            seed=0,
        )
        with suppress(DiedError, LeaseLostError):
            await worker.work(
                LeasedClaim(jobs, claim, lease=LEASE),  # type: ignore[arg-type]  # it passes every method on
                self._cluster(MortalConnector(self.model, life)),
            )
        return True

    async def settle(self) -> None:
        """Until the share is at rest."""
        for _ in range(30):
            if not await self.work():
                return
        raise AssertionError(f"never at rest: {await self.record()}")

    async def assert_clean(self) -> None:
        """The cluster holds what the record says, and so it stays when everything late arrives."""
        for _ in range(2):
            record = await self.record()
            view = self.model.shares.get(self.name)
            if record is None:
                assert view is None
            else:
                assert record.state is ShareState.ACTIVE
                assert view is not None
                assert (view.complete, view.size, view.mark) == (True, record.size, self.marks.of(record))
            self.model.land()

    async def assert_at(self, size: int) -> None:
        """Active with that size, on the cluster and in the record, and nothing went wrong on the way."""
        record = await self.record()
        assert record is not None
        assert (record.state, record.size, record.confirmed_size) == (ShareState.ACTIVE, size, size)
        assert (record.reason, self.model.shares[self.name].size) == (None, size)

    def _cluster(self, connector: Connector) -> Cluster:
        return Cluster(
            name=self.location,
            connector=connector,
            deadlines=DEADLINES,
            width=4,
            breaker=BreakerSettings(),
            retry=RetrySettings(),
            seed=0,
            log=self.store,
            clock=self.clock,
        )
