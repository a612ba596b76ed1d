"""Jobs without work, from put to done, beside what people would take instead: throughput, CPU, pick-up, recovery.

`python -m tests.bench.job_queues`. All queues of a table stand on one PostgreSQL (or one disk) that syncs its commits,
and who puts and who works are two processes. Queues take turns, and a ratio is a median of ratios within a turn.
`jobs/queues.py` says how each is set up.
"""

import asyncio
import json
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

import asyncpg
import psutil

from harness.servers.postgres import PostgresServer, serve_postgres
from tests.bench.api_accepts import disk
from tests.bench.jobs.queues import is_there
from tests.bench.row import Row, at_least, at_most, plain, print_rows

__all__ = ["cpu_of", "rows"]

TURNS = 3
JOBS = 1000
AT_ONCE = 64
TRICKLED = 100
RATE = 20.0
PATIENCE = 75.0
"""Seconds after which work that was in hand of a killed worker is taken for lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """rate: jobs a second, from the first put to the last that was worked on. cpu: seconds a job, of those who put and
    work, once they are ready, and of the database."""

    rate: float
    cpu: float


async def rows() -> list[Row]:
    """The rows of the table."""
    on_postgres = [name for name in ("pipeline", "messages", "procrastinate", "pgqueuer") if is_there(name)]
    on_sqlite = [name for name in ("pipeline", "messages", "huey") if is_there(name)]
    async with serve_postgres() as server:
        place = _Postgres(server)
        found = [
            *await _throughput(place, on_postgres, {"procrastinate": 4.0}),
            *await _pick_up(place, on_postgres),
        ]
        found += await _recovery(place, on_postgres)
    return [*found, *await _throughput(_Sqlite(), on_sqlite, {"huey": 10.0})]


async def _throughput(place: "_Place", names: Sequence[str], goals: dict[str, float]) -> list[Row]:
    figures: dict[str, list[Figure]] = {name: [] for name in names}
    for _ in range(TURNS):
        for name, found in figures.items():
            async with place.opened(name) as where:
                found.append(await _put_to_done(name, where, place))
    table: list[Row] = []
    for name, those in figures.items():
        table.append(plain(f"{place.name}, {name}: put to done", median(one.rate for one in those), "jobs/s"))
        table.append(plain(f"{place.name}, {name}: CPU per job", median(one.cpu for one in those) * 1e6, "us"))
    for ours in ("pipeline", "messages"):
        for rival in sorted(set(names) - {"pipeline", "messages"}):
            both = zip(figures[ours], figures[rival], strict=True)
            ratio = median(one.rate / other.rate for one, other in both)
            name = f"{place.name}, put to done: {ours} / {rival}"
            table.append(at_least(name, ratio, "x", goals[rival]) if rival in goals else plain(name, ratio, "x"))
    return table


async def _put_to_done(name: str, where: str, place: "_Place") -> Figure:
    before = place.cpu()
    async with _child(name, where, "work", JOBS) as worker:
        await _line(worker)
        async with _child(name, where, "put", JOBS, AT_ONCE) as putter:
            put = json.loads(await _line(putter))
        work = json.loads(await _line(worker))
    server = place.cpu() - before
    return Figure(rate=JOBS / (work["ended"] - put["began"]), cpu=(put["cpu"] + work["cpu"] + server) / JOBS)


async def _pick_up(place: "_Place", names: Sequence[str]) -> list[Row]:
    """From the call that puts a job until its work begins, at a rate that keeps nobody busy; their turns are mixed."""
    after: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(TURNS):
        for name, found in after.items():
            async with (
                place.opened(name) as where,
                _child(name, where, "work", TRICKLED) as worker,
            ):
                await _line(worker)
                async with _child(name, where, "trickle", TRICKLED, RATE) as putter:
                    await _line(putter)
                found.extend(json.loads(await _line(worker))["after"])
    found_rows = []
    for name, seconds in after.items():
        found_rows += [
            plain(f"{place.name}, {name}: pick-up {part}", value * 1000, "ms")
            for part, value in (("p50", median(seconds)), ("p99", _p99(seconds)))
        ]
    for ours in ("pipeline", "messages"):
        for rival in sorted(set(after) - {"pipeline", "messages"}):
            for part, of in (("p50", median), ("p99", _p99)):
                name, ratio = f"pick-up {part}: {ours} / {rival}", of(after[ours]) / of(after[rival])
                is_goal = rival == "procrastinate"
                found_rows.append(at_most(name, ratio, "", 0.3) if is_goal else plain(name, ratio, ""))
    return found_rows


def _p99(values: Sequence[float]) -> float:
    return quantiles(values, n=100)[98]


async def _recovery(place: "_Place", names: Sequence[str]) -> list[Row]:
    """A worker is killed with a job in hand, another one is there; all by default settings, side by side."""
    return list(await asyncio.gather(*(_recovered(place, name) for name in names if name != "messages")))


async def _recovered(place: "_Place", name: str) -> Row:
    async with place.opened(name) as where, _child(name, where, "hang") as first:
        await _line(first)
        async with _child(name, where, "put", 1, 1) as putter:
            await _line(putter)
        await _line(first)
        async with _child(name, where, "work", 1) as second:
            await _line(second)
            first.kill()
            killed = time.perf_counter()
            try:
                async with asyncio.timeout(PATIENCE):
                    ended: float = json.loads(await _line(second))["ended"]
            except TimeoutError:
                second.send_signal(signal.SIGKILL)
                return plain(f"{name}: a killed worker's job is not begun again within", PATIENCE, "s")
    return plain(f"{name}: a killed worker's job is begun again after", ended - killed, "s")


class _Postgres:
    name = "PostgreSQL"

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._databases = 0

    @asynccontextmanager
    async def opened(self, queue: str) -> AsyncIterator[str]:
        """The URL of a database of its own, with its tables."""
        self._databases += 1
        name = f"{queue}_{self._databases}"
        connection = await asyncpg.connect(self._server.url())
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()
        where = self._server.url(name)
        async with _child(queue, where, "prepare") as child:
            assert await child.wait() == 0
        yield where

    def cpu(self) -> float:
        """Seconds that the server has used, with its sessions."""
        return cpu_of(psutil.Process(self._server.process.pid))


class _Sqlite:
    name = "SQLite"

    @asynccontextmanager
    async def opened(self, queue: str) -> AsyncIterator[str]:
        """A folder of its own, with its tables."""
        with tempfile.TemporaryDirectory(prefix="jobs-", dir=disk()) as where:
            async with _child(queue, where, "prepare") as child:
                assert await child.wait() == 0
            yield where

    def cpu(self) -> float:
        """There is no server."""
        return 0.0


_Place = _Postgres | _Sqlite


def cpu_of(process: psutil.Process) -> float:
    """Seconds. With its children, those that have ended too."""
    times = process.cpu_times()
    own = float(times.user + times.system + times.children_user + times.children_system)
    return own + sum(sum(child.cpu_times()[:2]) for child in process.children(recursive=True))


@asynccontextmanager
async def _child(*words: Any) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.jobs.child", *map(str, words), stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    line = await process.stdout.readline()
    assert line, "the process ended before it was asked to"
    return line.decode()


def main() -> None:
    """Print the table of this part."""
    print_rows(asyncio.run(rows()))


if __name__ == "__main__":
    main()
