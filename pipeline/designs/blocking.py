"""The blocking design: the connector is called inside the request, within a bound, and the record follows the answer.

Where the answer does not come in time the record is rolled back, as by any service that calls others in a transaction.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from weakref import WeakValueDictionary

from connector.codes import Code
from connector.operations import Show, Verb
from connector.outcomes import Done, Failed, Outcome, Unknown
from connector.sites import Site
from pipeline.designs.design import DesignContext, clusters_of
from pipeline.designs.problems import problem_of
from pipeline.kinds.table import kind_of
from pipeline.marks import Marks
from pipeline.processor.cluster import Cluster
from pipeline.processor.mutation import mutation
from pipeline.processor.outcome_classes import Classify, describe
from pipeline.record import Change, Claim, Command, Idempotency, NewShare
from pipeline.store.acceptances import Acceptance, Declined, Render
from pipeline.store.store import Store

__all__ = ["Blocking", "open_blocking", "out_of_time"]

_LOG = logging.getLogger(__name__)

Opening = Awaitable[Claim | Acceptance]


class Blocking:
    """An `ApiStore` whose answers come when the cluster's have. bound: seconds.

    wait: seconds for a place on the cluster, None: as long as the bound lets.
    """

    def __init__(
        self,
        store: Store,
        *,
        clusters: Mapping[str, Cluster],
        classify: Classify,
        marks: Marks,
        holder: str,
        bound: float,
        wait: float | None,
    ) -> None:
        self._store = store
        self._clusters = clusters
        self._classify = classify
        self._marks = marks
        self._holder = holder
        self._bound = bound
        self._wait = wait
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def create(self, share: NewShare, key: Idempotency | None, render: Render) -> Acceptance:
        """The share is on its cluster and active (`Finished`), or it is not or nobody knows (`Declined`)."""

        def opening() -> Opening:
            return self._store.open_create(share, key, render, owner=self._holder, lease=self._bound)

        return await self._in_turn(opening, key, render)

    async def change(
        self, location: str, name: str, change: Change, key: Idempotency | None, render: Render
    ) -> Acceptance:
        """As `create`, of an active share."""

        def opening() -> Opening:
            owner, lease = self._holder, self._bound
            return self._store.open_change(location, name, change, key, render, owner=owner, lease=lease)

        return await self._in_turn(opening, key, render)

    async def _in_turn(self, opening: Callable[[], Opening], key: Idempotency | None, render: Render) -> Acceptance:
        """Requests of one key take turns, as at the unique index of a transaction: the later one finds the answer."""
        if key is None:
            return await self._perform(opening(), key, render)
        async with self._turns.setdefault((key.tenant, key.key), asyncio.Lock()):
            return await self._perform(opening(), key, render)

    async def _perform(self, opening: Opening, key: Idempotency | None, render: Render) -> Acceptance:
        opened = await opening
        if not isinstance(opened, Claim):
            return opened
        try:
            outcome = await self._command(opened)
        except Exception:
            # A bug of ours. The record must not stay in hand, or its name would be taken until the next start.
            await self._store.roll_back(opened, "the service failed")
            raise
        if isinstance(outcome, Done) or _is_gone_already(opened, outcome):
            return await self._store.close(opened, key, render)
        declined = Declined(problem=problem_of(outcome, self._classify))
        reason = f"{opened.record.operation}: {describe(outcome)}"
        await self._store.roll_back(opened, reason, key=key, answer=render(declined))
        return declined

    async def _command(self, claim: Claim) -> Outcome:
        """The outcome within the bound. What had not been sent by then certainly has no effect."""
        cluster = self._clusters[claim.record.location]
        command: Command | None = None
        try:
            async with asyncio.timeout(self._bound):
                silence = await cluster.learn()
                if silence is not None:
                    return _unsent(silence)
                async with AsyncExitStack() as place:
                    async with asyncio.timeout(self._wait):
                        await place.enter_async_context(cluster.slot())
                    verb = kind_of(claim.record).verb
                    if verb is None:
                        return await cluster.perform(Show(name=claim.record.name))
                    command = await self._begin(claim, verb, cluster)
                    request = mutation(command, claim.record, cluster.claimed, self._marks)
                    outcome = await cluster.perform(request)
        except TimeoutError:
            outcome = out_of_time(self._bound, self._wait, sent=command is not None)
        if command is not None:
            await self._store.end(command, outcome)
        return outcome

    async def _begin(self, claim: Claim, verb: Verb, cluster: Cluster) -> Command:
        seconds = min(self._bound, cluster.deadlines.total)
        command = await self._store.begin(claim, verb, seconds=seconds)
        assert command is not None, "a record in hand is nobody else's"
        return command


def _is_gone_already(claim: Claim, outcome: Outcome) -> bool:
    """A delete that finds nothing has come about."""
    is_missing = isinstance(outcome, Failed) and outcome.code is Code.NOT_FOUND
    return is_missing and kind_of(claim.record).absence


def _unsent(silence: Outcome) -> Failed:
    """The cluster would not say what it can do, so it was not asked to do anything."""
    assert not isinstance(silence, Done)
    return Failed(code=silence.code, site=silence.site, message=silence.message)


def out_of_time(bound: float, wait: float | None, *, sent: bool) -> Failed | Unknown:
    """What the API says of a command that it gave up, or never gave away."""
    if sent:
        return Unknown(code=Code.TIMEOUT, site=Site.CONNECTOR_REPLY, message=f"no answer within {bound:g} s")
    longest = bound if wait is None else min(bound, wait)
    return Failed(code=Code.BUSY, site=Site.PROCESSOR_STEP, message=f"no place on the cluster within {longest:g} s")


@asynccontextmanager
async def open_blocking(context: DesignContext) -> AsyncIterator[Blocking]:
    """Roll back what an earlier process left open, then accept."""
    store = context.store.with_writer("api", messages=False)
    rolled_back = await store.roll_back_all("the service ended in the midst")
    if rolled_back:
        _LOG.warning("%d operations of an earlier process were rolled back", rolled_back)
    settings = context.settings
    yield Blocking(
        store,
        clusters=clusters_of(context),
        classify=context.table.classify,
        marks=context.marks,
        holder=context.holder,
        bound=settings.blocking.bound,
        wait=settings.blocking.wait,
    )
