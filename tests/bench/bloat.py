"""What row versions that nobody may remove cost a claim in PostgreSQL: many jobs under a snapshot that is held.

`python -m tests.bench.bloat [JOBS SECONDS]`, 100,000 jobs and 60 s by default. A transaction keeps its snapshot while
so many jobs are done; their row versions are those that the pipeline leaves, made by statements of many rows each,
since the claims are what is measured: a message is taken, and its record claimed, by the store's own code. Commits are
not synced, so that the disk hides nothing.
"""

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

import asyncpg
import psutil

from connector.clock import Clock, steady_clock
from harness.servers.postgres import serve_postgres
from pipeline.record import NewShare
from pipeline.store.postgres.opening import open_postgres_store
from pipeline.store.transactional import TransactionalStore
from pipeline.uuid7 import uuid7_maker
from tests.bench.job_queues import cpu_of
from tests.bench.jobs.queues import no_answer
from tests.bench.row import Row, at_most, plain, print_rows

__all__ = ["rows"]

JOBS = 100_000
SECONDS = 60.0
BATCH = 2_000
CLAIMS = 300
LOCATION = "north"

_PUT = """
WITH made AS (
    INSERT INTO shares (id, location, name, size, spec_hash, operation, generation, generation_done, state, fence,
    sequence, attempt, due_at, created_at, updated_at, tenant, priority)
    SELECT 'churn-' || n, 'north', 'churn-' || n, 1, '', 'create', 1, 0, 'pending', 0, 0, 0, $1, $1, $1, 'default', 0
    FROM generate_series(CAST($2 AS bigint), CAST($3 AS bigint)) AS n RETURNING row, id
), sent AS (
    INSERT INTO messages (share, generation, sent_at, visible_at, expires_at)
    SELECT id, 1, $1, $1, $1 + 3600 FROM made RETURNING number
)
SELECT (SELECT min(row) FROM made), (SELECT max(row) FROM made), (SELECT min(number) FROM sent),
    (SELECT max(number) FROM sent)
"""
_TAKEN = """UPDATE messages SET visible_at = $1 + 30, taken_by = 'bench', deliveries = 1
WHERE number BETWEEN $2 AND $3"""
_CLAIMED = """UPDATE shares SET owner = 'bench', lease_until = $1 + 30, due_at = $1 + 30, fence = 1, claims = 1
WHERE row BETWEEN $2 AND $3"""
_ENDED = "UPDATE messages SET ending = 'done', ended_at = $1 WHERE number BETWEEN $2 AND $3"
_BEGUN = """UPDATE shares SET sequence = 1, attempt = 1, command_deadline = $1 + 17, settled = 0
WHERE row BETWEEN $2 AND $3"""
_ACTIVE = """UPDATE shares SET state = 'active', owner = NULL, lease_until = NULL, due_at = $1, generation_done = 1,
confirmed_size = 1, claims = 0, settled = 1 WHERE row BETWEEN $2 AND $3"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Seconds of each: a message taken and its record claimed. cpu: seconds of the server, of a job."""

    seconds: Sequence[float]
    cpu: float

    @property
    def p99(self) -> float:
        return quantiles(self.seconds, n=100)[98]


async def rows(jobs: int = JOBS, seconds: float = SECONDS) -> list[Row]:
    """The rows of the table."""
    clock = steady_clock(asyncio.get_running_loop())
    async with serve_postgres(durable=False) as server, open_postgres_store(server.url(), clock) as store:
        process = psutil.Process(server.process.pid)
        await _claims(store, process)  # plans are made, pages are there
        fresh = await _claims(store, process)
        holder = await asyncpg.connect(server.url())
        await holder.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        await holder.execute("SELECT count(*) FROM shares")
        began = time.perf_counter()
        await _churn(server.url(), jobs, store.clock)
        await asyncio.sleep(max(0.0, seconds - (time.perf_counter() - began)))
        under = await _claims(store, process)
        await holder.close()
        sweeper = await asyncpg.connect(server.url())
        await sweeper.execute("VACUUM shares, messages")
        await sweeper.close()
        after = await _claims(store, process)
    name = f"{jobs:,} jobs under a snapshot of {max(seconds, time.perf_counter() - began):.0f} s"
    return [
        plain("claim p50, fresh", median(fresh.seconds) * 1000, "ms"),
        plain("claim p99, fresh", fresh.p99 * 1000, "ms"),
        plain(f"claim p50, {name}", median(under.seconds) * 1000, "ms"),
        plain(f"claim p99, {name}", under.p99 * 1000, "ms"),
        at_most("claim p99, under the snapshot / fresh", under.p99 / fresh.p99, "", 2.0),
        plain("a job's CPU in the server, fresh", fresh.cpu * 1000, "ms"),
        plain("a job's CPU in the server, under the snapshot / fresh", under.cpu / fresh.cpu, ""),
        plain("claim p99, snapshot gone and vacuumed / fresh", after.p99 / fresh.p99, ""),
    ]


async def _claims(store: TransactionalStore, process: psutil.Process) -> Claims:
    """Each of these jobs is put, taken and claimed by itself; nobody works on it."""
    new_id = uuid7_maker(store.clock)
    seconds: list[float] = []
    before = cpu_of(process)
    for _ in range(CLAIMS):
        id = new_id()
        await store.create(NewShare(id=id, location=LOCATION, name=id, size=1), None, no_answer)
        began = time.perf_counter()
        (delivery,) = await store.spool.take(owner="bench", lease=30.0, wait=5.0, limit=1)
        claim = await store.claim(
            delivery.message, owner="bench", lease=30.0, locations=frozenset({LOCATION}), turns={LOCATION: "default"}
        )
        seconds.append(time.perf_counter() - began)
        assert claim is not None
        await delivery.ack()
        assert await store.release(claim, due_in=3600.0, error=None)
    return Claims(seconds=seconds, cpu=(cpu_of(process) - before) / CLAIMS)


async def _churn(url: str, jobs: int, clock: Clock) -> None:
    """All these jobs, from being put to done, a batch at a time."""
    connection = await asyncpg.connect(url)
    for first in range(0, jobs, BATCH):
        put = await connection.fetchrow(_PUT, clock(), first, min(first + BATCH, jobs) - 1)
        assert put is not None
        rows, numbers = put[:2], put[2:]
        for statement, those in (
            (_TAKEN, numbers),
            (_CLAIMED, rows),
            (_ENDED, numbers),
            (_BEGUN, rows),
            (_ACTIVE, rows),
        ):
            await connection.execute(statement, clock(), *those)
    await connection.close()


def main() -> None:
    """Print the table of this part."""
    given = [float(word) for word in sys.argv[1:]] or [JOBS, SECONDS]
    print_rows(asyncio.run(rows(int(given[0]), given[1])))


if __name__ == "__main__":
    main()
