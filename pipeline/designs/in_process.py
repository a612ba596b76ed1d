"""The in-process design: the API answers at once, and a task of its own process carries on.

The task takes the very decisions that a processor takes, with the same looks, retries and cleanup. What it lacks is a
durable intent: it knows of its share because it was told, and when the process ends, nobody knows any more.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from connector.clock import Clock
from pipeline.designs.design import DesignContext, clusters_of
from pipeline.lasting import keep_on
from pipeline.processor.cluster import Cluster
from pipeline.processor.leased_claim import LeasedClaim, LeaseLostError
from pipeline.processor.processor import worker_of
from pipeline.processor.worker import Worker
from pipeline.record import Change, Idempotency, Message, NewShare, ShareRecord
from pipeline.states import RESTING
from pipeline.store.acceptances import Acceptance, Accepted, Render
from pipeline.store.store import Store

__all__ = ["InProcess", "open_in_process"]

_LOG = logging.getLogger(__name__)

_PAUSE = 1.0
"""Seconds until another try after one that failed."""


class InProcess:
    """An `ApiStore`. Its tasks belong to `group`, and each is named after its share."""

    def __init__(
        self,
        store: Store,
        *,
        clusters: Mapping[str, Cluster],
        worker: Worker,
        clock: Clock,
        holder: str,
        lease: float,
        group: asyncio.TaskGroup,
    ) -> None:
        self._store = store.with_writer("api", messages=False)
        self._clusters = clusters
        self._worker = worker
        self._clock = clock
        self._lease = lease
        self._group = group
        self._holder = holder
        self._tasks: dict[asyncio.Task[None], None] = {}

    async def create(self, share: NewShare, key: Idempotency | None, render: Render) -> Acceptance:
        """See `ApiStore.create`; there is no message, since nobody would take it."""
        return self._carrying_on(await self._store.create(share, key, render))

    async def change(
        self, location: str, name: str, change: Change, key: Idempotency | None, render: Render
    ) -> Acceptance:
        """See `ApiStore.change`."""
        return self._carrying_on(await self._store.change(location, name, change, key, render))

    async def run(self, stop: asyncio.Event, *, grace: float) -> None:
        """Until `stop`; then let the tasks go on for `grace` seconds, and drop them and all that only they knew."""
        await stop.wait()
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=grace)
        for task in list(self._tasks):
            task.cancel()

    def _carrying_on(self, acceptance: Acceptance) -> Acceptance:
        """What was accepted has a task from now on."""
        if isinstance(acceptance, Accepted):
            record = acceptance.record
            task = self._group.create_task(self._carry_on(record), name=f"{record.location}/{record.name}")
            self._tasks[task] = None
            task.add_done_callback(self._tasks.pop)
        return acceptance

    async def _carry_on(self, record: ShareRecord) -> None:
        """Until the operation has ended. An error costs a lease, as it does where a processor works."""

        async def turn() -> bool:
            try:
                due = await self._try(record)
            except LeaseLostError:
                _LOG.error("%s: %s: someone else has taken the record", record.location, record.id)
                return False
            await asyncio.sleep(due or 0.0)
            return due is not None

        await keep_on(f"{record.location}: {record.id}", turn, pause=_PAUSE)

    async def _try(self, record: ShareRecord) -> float | None:
        """One claim; seconds until the next, or None where the operation has ended."""
        message = Message(number=0, share=record.id, generation=record.generation)
        claim = await self._store.claim(message, owner=self._holder, lease=self._lease)
        if claim is not None:
            held = LeasedClaim(self._store, claim, lease=self._lease)
            await self._worker.work(held, self._clusters[record.location])
        now = await self._store.get(record.location, record.name)
        if now is None or now.id != record.id or now.state in RESTING:
            return None
        return max(0.0, now.due_at - self._clock())


@asynccontextmanager
async def open_in_process(context: DesignContext) -> AsyncIterator[InProcess]:
    """Accept while the context is open; on leaving, wait for the grace and drop what is left."""
    settings = context.settings
    stop = asyncio.Event()
    failure: Exception | None = None
    async with asyncio.TaskGroup() as group:
        design = InProcess(
            context.store,
            clusters=clusters_of(context),
            worker=worker_of(settings, context.table, context.clock, context.marks),
            clock=context.clock,
            holder=context.holder,
            lease=settings.processor.lease,
            group=group,
        )
        group.create_task(design.run(stop, grace=settings.processor.grace))
        try:
            yield design
        except Exception as error:  # noqa: BLE001 - raised below: inside, the group would wrap it
            failure = error
        finally:
            stop.set()
    if failure is not None:
        raise failure
