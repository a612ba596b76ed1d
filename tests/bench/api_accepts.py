"""What a durable accept costs: the API against a route that does nothing, against a thread per insert, and against
itself on a server that is all Python; on PostgreSQL against a transaction, or a bare insert, for each request, and
against itself where no processor is woken.

They run in turn, many short rounds, each server and the load in a process of its own; the figures are medians of
ratios within a round, so that a machine which is busy with something else slows all alike.
`python -m tests.bench.api_accepts` runs it.
"""

import asyncio
import json
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypedDict

import asyncpg

from harness.servers.postgres import serve_postgres
from tests.bench.http.servers import ON_POSTGRES
from tests.bench.row import Row, at_least, at_most, plain, print_rows

__all__ = ["disk", "rows"]

ROUNDS = 15
SECONDS = 0.8
WARM_UP = 0.3
CONNECTIONS = 64


class Report(TypedDict):
    """What the load prints."""

    seconds: float
    statuses: dict[str, int]
    latencies: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One server in one round. rate: answers a second; p99: seconds."""

    rate: float
    p99: float


async def rows() -> list[Row]:
    """The rows of the table."""
    figures: dict[str, list[Figure]] = {"noop": [], "grouped": [], "threads": [], "pure": []}
    for _ in range(ROUNDS):
        for variant, found in figures.items():
            found.append(await _measure(variant))
    noop, grouped, threads, pure = figures["noop"], figures["grouped"], figures["threads"], figures["pure"]
    of_pure = median(ours.rate / theirs.rate for ours, theirs in zip(grouped, pure, strict=True))
    of_noop = median(ours.rate / theirs.rate for ours, theirs in zip(grouped, noop, strict=True))
    of_threads = median(ours.rate / theirs.rate for ours, theirs in zip(grouped, threads, strict=True))
    tail = median(ours.p99 / theirs.p99 for ours, theirs in zip(grouped, threads, strict=True))
    return [
        plain("API accept, no-op route", median(figure.rate for figure in noop), "1/s"),
        plain("API accept, durable", median(figure.rate for figure in grouped), "1/s"),
        plain("API accept, thread per insert", median(figure.rate for figure in threads), "1/s"),
        plain("API accept, durable, h11 on asyncio", median(figure.rate for figure in pure), "1/s"),
        plain("API accept p99, durable", median(figure.p99 for figure in grouped) * 1000, "ms"),
        plain("API accept p99, thread per insert", median(figure.p99 for figure in threads) * 1000, "ms"),
        at_least("API accept, durable / no-op route", of_noop, "", 0.7),
        at_least("API accept, durable / h11 on asyncio", of_pure, "", 2.0),
        at_least("API accept, durable / thread per insert", of_threads, "", 3.0),
        at_most("API accept p99, durable / thread per insert", tail, "", 0.05),
        *await _on_postgres(),
    ]


async def _on_postgres() -> list[Row]:
    """Each server in each round on a database of its own."""
    rates: dict[str, list[float]] = {name: [] for name in ON_POSTGRES}
    async with serve_postgres() as server:
        for number in range(ROUNDS):
            for name, found in rates.items():
                connection = await asyncpg.connect(server.url())
                await connection.execute(f"CREATE DATABASE {name}_{number}")
                await connection.close()
                url = server.url(f"{name}_{number}")
                async with _server(name, url) as port:
                    warm = await _load(port, WARM_UP, "warm")
                    report = await _load(port, SECONDS, "name")
                await _check_committed(url, sum(len(loaded["latencies"]) for loaded in (warm, report)))
                found.append(len(report["latencies"]) / report["seconds"])

    def ratio(one: str, other: str) -> float:
        return median(ours / theirs for ours, theirs in zip(rates[one], rates[other], strict=True))

    return [
        *(plain(f"API accept on PostgreSQL, {name}", median(found), "1/s") for name, found in rates.items()),
        at_least("API accept on PostgreSQL, grouped / a transaction each", ratio("postgres", "alone"), "", 2.0),
        at_least("API accept on PostgreSQL, grouped / a bare insert each", ratio("postgres", "insert"), "", 2.0),
        at_least("API accept on PostgreSQL, with / without a wake-up", ratio("postgres", "silent"), "", 0.95),
    ]


async def _measure(variant: str) -> Figure:
    with tempfile.TemporaryDirectory(prefix="accepts-", dir=disk()) as name:
        directory = Path(name)
        async with _server(variant, directory) as port:
            warm = await _load(port, WARM_UP, "warm")
            report = await _load(port, SECONDS, "name")
        answers = sum(len(loaded["latencies"]) for loaded in (warm, report))
        if variant != "noop":
            _check_durable(directory / f"{_app_of(variant)}.db", answers)
    latencies = report["latencies"]
    return Figure(rate=len(latencies) / report["seconds"], p99=latencies[int(len(latencies) * 0.99)] / 1e6)


@asynccontextmanager
async def _server(variant: str, place: Path | str) -> AsyncIterator[str]:
    server = ("pure",) if variant == "pure" else ()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.http.servers", _app_of(variant), str(place), *server,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.stdin.close()
        assert await process.wait() == 0


async def _load(port: str, seconds: float, prefix: str) -> Report:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.http.load", "127.0.0.1", port, str(CONNECTIONS), str(seconds), prefix,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    report: Report = json.loads(out)
    assert report["statuses"].keys() == {"202"}, report["statuses"]
    return report


def _app_of(variant: str) -> str:
    return "grouped" if variant == "pure" else variant


def _check_durable(path: Path, answers: int) -> None:
    """As many records, messages and events as answers: what is measured is the whole of an accept."""
    db = sqlite3.connect(path)
    counts = [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("shares", "messages", "events")]
    db.close()
    assert counts == [answers] * 3, f"{answers} answers, but {counts} shares, messages and events"


async def _check_committed(url: str, answers: int) -> None:
    connection = await asyncpg.connect(url)
    counts = [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in ("shares", "messages", "events")]
    await connection.close()
    assert counts == [answers] * 3, f"{answers} answers, but {counts} shares, messages and events"


def disk() -> Path:
    """On the disk of the checkout: a directory in memory would make each sync free."""
    build = Path(__file__).parents[2] / "build"
    build.mkdir(exist_ok=True)
    return build


def main() -> None:
    """Print the table of this part."""
    print_rows(asyncio.run(rows()))


if __name__ == "__main__":
    main()
