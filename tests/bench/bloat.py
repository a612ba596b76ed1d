"""What row versions that nobody may remove cost a claim in PostgreSQL: many jobs under a snapshot that is held.

`python -m tests.bench.bloat [JOBS SECONDS CLAIMS]`, 100,000 jobs, 60 s and 1,000 claims by default. A transaction keeps
its snapshot while so many jobs are done (`jobs/bulk.py`), at least so long; beside it a second server does as many, and
no snapshot is held there. Then a processor works, on both, on jobs that are put at a steady rate. Commits are not
synced, so that the disk hides nothing; vacuums are autovacuum's.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any, cast

import asyncpg
import psutil

from connector.clock import steady_clock
from harness.servers.postgres import PostgresServer, serve_postgres
from pipeline.processor.processor import processor
from pipeline.record import Claim, Message, NewShare
from pipeline.settings import PipelineSettings, SweeperSettings
from pipeline.store.postgres.opening import open_postgres_store
from pipeline.store.store import Store
from pipeline.store.transactional import TransactionalStore
from pipeline.uuid7 import uuid7_maker
from tests.bench.job_queues import cpu_of
from tests.bench.jobs.bulk import do_in_bulk
from tests.bench.jobs.cluster import Cluster
from tests.bench.jobs.queues import no_answer
from tests.bench.row import Row, at_most, plain, print_rows

__all__ = ["rows"]

JOBS = 100_000
SECONDS = 60.0
CLAIMS = 1_000
RATE = 50.0
LOCATION = "north"

_SETTINGS = PipelineSettings(sweeper=SweeperSettings(every=86_400.0))
"""No sweep: the shares of jobs that were done in bulk are on no cluster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Seconds of each job. claims: of the transaction that claims what messages name. pick_ups: from the call that puts
    a job until its work begins. cpu: of the server, of a job."""

    claims: Sequence[float]
    pick_ups: Sequence[float]
    cpu: float


class TimedStore:
    """The store, whose claims by messages are timed."""

    def __init__(self, store: TransactionalStore) -> None:
        self._store = store
        self.seconds: list[float] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def claim_many(self, messages: Sequence[Message] | None, **values: Any) -> Sequence[Claim]:
        """See `JobStore.claim_many`."""
        began = time.perf_counter()
        claims = await self._store.claim_many(messages, **values)
        if messages is not None:
            self.seconds += [time.perf_counter() - began] * len(claims)
        return claims


class Side:
    """A server and its store. name: for the table."""

    def __init__(self, name: str, server: PostgresServer, store: TransactionalStore) -> None:
        self.name = name
        self.url = server.url()
        self.store = store
        self._process = psutil.Process(server.process.pid)

    async def works(self, jobs: int) -> Figures:
        """A processor works on that many jobs, whose turn does not wait for the ones before."""
        timed = TimedStore(self.store)
        new_id, put_at, pick_ups, done = (
            uuid7_maker(self.store.clock),
            dict[str, float](),
            list[float](),
            asyncio.Event(),
        )

        async def begins(name: str) -> None:
            pick_ups.append(time.perf_counter() - put_at[name])
            if len(pick_ups) == jobs:
                done.set()

        async def puts(name: str) -> None:
            put_at[name] = time.perf_counter()
            await self.store.create(NewShare(id=name, location=LOCATION, name=name, size=1), None, no_answer)

        before = cpu_of(self._process)
        async with (
            processor(
                _SETTINGS,
                store=cast("Store", timed),
                spool=self.store.spool,
                connectors={LOCATION: Cluster(begins)},
                clock=self.store.clock,
                holder="bench",
            ),
            asyncio.TaskGroup() as group,
        ):
            began = time.perf_counter()
            for number in range(jobs):
                await asyncio.sleep(max(0.0, began + number / RATE - time.perf_counter()))
                group.create_task(puts(new_id()))
            await done.wait()
        return Figures(claims=timed.seconds, pick_ups=pick_ups, cpu=(cpu_of(self._process) - before) / jobs)


async def rows(jobs: int = JOBS, seconds: float = SECONDS, claims: int = CLAIMS) -> list[Row]:
    """The rows of the table."""
    phases: dict[str, Mapping[str, Figures]] = {}
    async with _side("held") as held, _side("free") as free:

        async def measured(phase: str) -> None:
            found = await asyncio.gather(held.works(claims), free.works(claims))
            phases[phase] = dict(zip(("held", "free"), found, strict=True))

        await asyncio.gather(held.works(claims // 10), free.works(claims // 10))  # plans are made, pages are there
        await measured("fresh")
        holder = await asyncpg.connect(held.url)
        await holder.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        await holder.execute("SELECT pg_current_xact_id(), count(*) FROM shares")
        began = time.perf_counter()
        await asyncio.gather(*(do_in_bulk(side.url, jobs, side.store.clock) for side in (held, free)))
        await asyncio.sleep(max(0.0, seconds - (time.perf_counter() - began)))
        await measured("behind the jobs")
        bloat = await held.store.bloat()
        await holder.close()
        await measured("snapshot gone")
    assert bloat is not None
    return [
        plain("jobs done in bulk on each side", jobs, ""),
        plain("spoolproof_store_oldest_snapshot_seconds", bloat.oldest_snapshot, "s"),
        plain("spoolproof_store_dead_rows", sum(bloat.dead_rows.values()), ""),
        *(
            row
            for phase, sides in phases.items()
            for side, found in sides.items()
            for row in _of(f"{side}, {phase}", found)
        ),
        *(row for phase in list(phases)[1:] for row in _ratios(phase, phases["fresh"], phases[phase])),
    ]


def _of(name: str, found: Figures) -> Sequence[Row]:
    return [
        plain(f"{name}: claim p50", median(found.claims) * 1000, "ms"),
        plain(f"{name}: claim p99", _p99(found.claims) * 1000, "ms"),
        plain(f"{name}: pick-up p50", median(found.pick_ups) * 1000, "ms"),
        plain(f"{name}: pick-up p99", _p99(found.pick_ups) * 1000, "ms"),
        plain(f"{name}: a job's CPU in the server", found.cpu * 1000, "ms"),
    ]


def _ratios(phase: str, fresh: Mapping[str, Figures], found: Mapping[str, Figures]) -> Sequence[Row]:
    return [
        at_most(f"claim p99, {side}, {phase} / fresh", _p99(found[side].claims) / _p99(fresh[side].claims), "", 2.0)
        for side in found
    ]


def _p99(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=100)[98]


@asynccontextmanager
async def _side(name: str) -> AsyncIterator[Side]:
    clock = steady_clock(asyncio.get_running_loop())
    async with serve_postgres(durable=False) as server, open_postgres_store(server.url(), clock) as store:
        yield Side(name, server, store)


def main() -> None:
    """Print the table of this part."""
    given = [float(word) for word in sys.argv[1:]] or [JOBS, SECONDS, CLAIMS]
    print_rows(asyncio.run(rows(int(given[0]), given[1], int(given[2]))))


if __name__ == "__main__":
    main()
