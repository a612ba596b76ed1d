"""The blocking design: the connector is called inside the request, within a bound, and the record follows the answer.

Where the answer does not come in time the record is rolled back, as by any service that calls others in a transaction.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from weakref import WeakValueDictionary

from connector.codes import Code
from connector.operations import Verb
from connector.outcomes import Done, Failed, Outcome, Unknown
from connector.sites import Site
from pipeline.designs.design import DesignContext, clusters_of
from pipeline.designs.telling import problem_of
from pipeline.designs.undoing import Accept, accept_change, accept_create, close, open_operation, undo, undo_all
from pipeline.marks import Marks
from pipeline.processor.cluster import Cluster
from pipeline.processor.meanings import Classify, describe
from pipeline.processor.mutation import mutation
from pipeline.record import Change, Claim, Command, Idempotency, NewShare
from pipeline.states import Operation
from pipeline.store import idempotency
from pipeline.store.protocol import Acceptance, Declined, Finished, Render
from pipeline.store.sqlite import SqliteStore
from pipeline.store.transaction import Transaction

__all__ = ["Blocking", "open_blocking", "out_of_time"]

_LOG = logging.getLogger(__name__)

_VERBS = {Operation.CREATE: Verb.CREATE, Operation.RESIZE: Verb.RESIZE, Operation.DELETE: Verb.DELETE}


class Blocking:
    """An `ApiStore` whose answers come when the cluster's have. bound: seconds.

    wait: seconds for a place on the cluster, None: as long as the bound lets.
    """

    def __init__(
        self,
        store: SqliteStore,
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
        return await self._in_turn(accept_create(share), key, render)

    async def change(
        self, location: str, name: str, change: Change, key: Idempotency | None, render: Render
    ) -> Acceptance:
        """As `create`, of an active share."""
        return await self._in_turn(accept_change(location, name, change), key, render)

    async def _in_turn(self, accept: Accept, key: Idempotency | None, render: Render) -> Acceptance:
        """Requests of one key take turns, as at the unique index of a transaction: the later one finds the answer."""
        if key is None:
            return await self._perform(accept, key, render)
        async with self._turns.setdefault((key.tenant, key.key), asyncio.Lock()):
            return await self._perform(accept, key, render)

    async def _perform(self, accept: Accept, key: Idempotency | None, render: Render) -> Acceptance:
        lease = self._bound
        opened = await self._store.transact(
            lambda transaction: open_operation(transaction, accept, key, render, holder=self._holder, lease=lease)
        )
        if not isinstance(opened, Claim):
            return opened
        try:
            outcome = await self._command(opened)
        except Exception:
            # A bug of ours. The record must not stay in hand, or its name would be taken until the next start.
            await self._store.transact(lambda transaction: undo(transaction, opened, "the service failed"))
            raise
        return await self._store.transact(partial(self._end, claim=opened, outcome=outcome, key=key, render=render))

    def _end(
        self, transaction: Transaction, *, claim: Claim, outcome: Outcome, key: Idempotency | None, render: Render
    ) -> Acceptance:
        """Close or undo the operation, and keep what was decided with its key."""
        acceptance: Acceptance
        if isinstance(outcome, Done) or _is_gone_already(claim, outcome):
            acceptance = Finished(record=close(transaction, claim))
        else:
            undo(transaction, claim, f"{claim.record.operation}: {describe(outcome)}")
            acceptance = Declined(problem=problem_of(outcome, self._classify))
        idempotency.keep(transaction, key, render(acceptance))
        return acceptance

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
                    command = await self._begin(claim, cluster)
                    request = mutation(command, claim.record, cluster.claimed, self._marks)
                    outcome = await cluster.perform(request)
        except TimeoutError:
            outcome = out_of_time(self._bound, self._wait, sent=command is not None)
        if command is not None:
            await self._store.end(command, outcome)
        return outcome

    async def _begin(self, claim: Claim, cluster: Cluster) -> Command:
        seconds = min(self._bound, cluster.deadlines.total)
        command = await self._store.begin(claim, _VERBS[claim.record.operation], seconds=seconds)
        assert command is not None, "a record in hand is nobody else's"
        return command


def _is_gone_already(claim: Claim, outcome: Outcome) -> bool:
    """A delete that finds nothing has come about."""
    is_missing = isinstance(outcome, Failed) and outcome.code is Code.NOT_FOUND
    return is_missing and claim.record.operation is Operation.DELETE


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
    """Undo what an earlier process left open, then accept."""
    undone = await context.store.transact(lambda transaction: undo_all(transaction, "the service ended in the midst"))
    if undone:
        _LOG.warning("%d operations of an earlier process were rolled back", undone)
    settings = context.settings
    yield Blocking(
        context.store,
        clusters=clusters_of(context),
        classify=context.table.classify,
        marks=context.marks,
        holder=context.holder,
        bound=settings.blocking.bound,
        wait=settings.blocking.wait,
    )
