"""Finds work and hands it out: hints from the spool, a slow scan for all that no hint tells of.

A cluster that is full or broken is left out of the claims, so its records wait in the store and not in our hands:
a slow cluster never holds up another one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

from pipeline.errors import StoreUnavailableError
from pipeline.lasting import keep_on
from pipeline.processor.cluster import Cluster
from pipeline.processor.leased_claim import LeasedClaim, LeaseLostError, holding
from pipeline.processor.worker import Worker
from pipeline.record import Claim, Message
from pipeline.settings import ProcessorSettings
from pipeline.store.delivery import Delivery, Spool
from pipeline.store.protocol import JobStore

__all__ = ["Dispatcher"]

_LOG = logging.getLogger(__name__)

_FOLLOWERS = 4
"""So many follow hints: while one waits for a commit, the next one waits at the spool."""

_LONGEST_WAIT = 0.5
"""Seconds for which one look at the spool may last, and so a stop may go unnoticed."""


class Dispatcher:
    """holder: unique to this processor, it owns the leases."""

    def __init__(
        self,
        *,
        jobs: JobStore,
        spool: Spool,
        clusters: Mapping[str, Cluster],
        worker: Worker,
        settings: ProcessorSettings,
        holder: str,
    ) -> None:
        self._jobs = jobs
        self._spool = spool
        self._clusters = clusters
        self._worker = worker
        self._settings = settings
        self._holder = holder
        self._tasks: dict[asyncio.Task[None], None] = {}
        self._door = asyncio.Lock()  # one waits at the spool: an idle processor is one poller, not several
        self._turn = asyncio.Lock()
        self._hinted = 0
        self._is_stopping = False
        self._is_crowded = False
        self._room = asyncio.Event()
        self._again = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`; then take nothing more, finish within the grace, and give back what is left."""
        async with asyncio.TaskGroup() as group:
            loops = [group.create_task(self._repeat("spool", self._follow, group)) for _ in range(_FOLLOWERS)]
            loops.append(group.create_task(self._repeat("scan", self._scan, group)))
            await stop.wait()
            self._is_stopping = True
            self._wake()
            await asyncio.wait(loops)  # a claim that is being made is not thrown away: its lease would have to run out
            if self._tasks:
                await asyncio.wait(list(self._tasks), timeout=self._settings.grace)
            for task in list(self._tasks):
                task.cancel()

    async def _repeat(
        self, name: str, turn: Callable[[asyncio.TaskGroup], Awaitable[None]], group: asyncio.TaskGroup
    ) -> None:
        async def once() -> bool:
            if not self._is_stopping:
                await turn(group)
            return not self._is_stopping

        await keep_on(name, once, pause=min(self._settings.scan, _LONGEST_WAIT))

    async def _follow(self, group: asyncio.TaskGroup) -> None:
        """Hints, as many as there is room for. One is done with as soon as somebody has the claim: from there on the
        record is the job.

        It is done with as well where nobody can have it, since its cluster is full, broken or not ours, and where
        somebody else has its turn: the record is due, and the scan of whoever works for that cluster finds it.
        """
        if not self._rooms():
            self._room.clear()  # nothing is awaited between the look and this, so no end of work goes unnoticed
            await self._wait_for(self._room)
            return
        async with self._door:
            if self._is_stopping:
                return
            wait = min(self._settings.scan, _LONGEST_WAIT)
            limit = max(1, min(self._settings.batch, sum(self._rooms().values()) - self._hinted))
            taken = await self._spool.take(owner=self._holder, lease=self._settings.lease, wait=wait, limit=limit)
            self._hinted += len(taken)
        if not taken or self._is_stopping:
            return
        try:
            messages = [delivery.message for delivery in taken]
            claims = await self._claim(messages, group)
        finally:
            self._hinted -= len(taken)
        if {claim.record.id for claim in claims} - {message.share for message in messages}:
            self._again.set()
        await _acknowledge(taken)

    async def _scan(self, group: asyncio.TaskGroup) -> None:
        """All that is due, longest first, as far as there is room; then wait for room or for the next scan."""
        self._again.clear()
        while not self._is_stopping and await self._claim(None, group):
            pass
        await self._wait_for(self._again)

    async def _wait_for(self, event: asyncio.Event) -> None:
        """For the event, at most until the next scan is due."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.scan):
                await event.wait()

    def _wake(self) -> None:
        """The scan first: what it finds has been due for longer than any hint."""
        self._again.set()
        self._room.set()

    async def _claim(self, messages: Sequence[Message] | None, group: asyncio.TaskGroup) -> Sequence[Claim]:
        """Claim and start. One transaction at a time: two at once could both find the last room of a cluster, or one
        turn."""
        async with self._turn:
            rooms = self._rooms()
            if not rooms:
                return []
            claims = await self._jobs.claim_many(
                messages,
                owner=self._holder,
                lease=self._settings.lease,
                rooms=rooms,
                most=self._settings.batch,
                turns={name: self._clusters[name].served for name in rooms},
                poison=self._settings.poison,
            )
            for claim in claims:
                self._start(claim, group)
            return claims

    def _rooms(self) -> Mapping[str, int]:
        """Where another claim can be worked on, and how many. Where none can, the end of any work is a reason to look
        again."""
        rooms = {name: room for name, cluster in self._clusters.items() if (room := cluster.room) > 0}
        self._is_crowded = len(rooms) < len(self._clusters)
        return rooms

    def _start(self, claim: Claim, group: asyncio.TaskGroup) -> None:
        cluster = self._clusters[claim.record.location]
        cluster.in_hand += 1
        cluster.served = claim.record.tenant
        task = group.create_task(self._work(claim, cluster))
        self._tasks[task] = None
        task.add_done_callback(lambda ended: self._ended(ended, cluster))

    def _ended(self, task: asyncio.Task[None], cluster: Cluster) -> None:
        cluster.in_hand -= 1
        self._tasks.pop(task)
        if self._is_crowded or cluster.retries.is_short:
            self._wake()

    async def _work(self, claim: Claim, cluster: Cluster) -> None:
        """Whatever goes wrong ends this claim alone; its lease runs out and another takes up the record."""
        share = claim.record.id
        try:
            async with holding(LeasedClaim(self._jobs, claim, lease=self._settings.lease)) as held:
                await self._worker.work(held, cluster)
        except* LeaseLostError:
            _LOG.info("%s: %s: the lease was lost", cluster.name, share)
        except* StoreUnavailableError:
            _LOG.warning("%s: %s: the store is unavailable", cluster.name, share)
        except* Exception:  # noqa: BLE001 - a bug in one step must not take down the work on all other shares
            _LOG.exception("%s: %s: the work broke off", cluster.name, share)


async def _acknowledge(taken: Sequence[Delivery]) -> None:
    """Together, so that they share a commit; a single one goes first, before what its work asks of the store."""
    if len(taken) == 1:
        await taken[0].ack()
    else:
        await asyncio.gather(*(delivery.ack() for delivery in taken))
