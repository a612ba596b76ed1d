"""What the API feels of its clusters: accepts while every create takes 60 s, against 1 ms; and at overload.

`python -m tests.bench.slow_clusters`. API and processor are one process, so that whatever the processor does bears on
the accepts. Creates come at a fixed rate, timed from the instant at which each was due. Both kinds of cluster take
turns; the ratio is that of the p99 of all.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from statistics import median, quantiles
from typing import Any

import psutil

from tests.bench.api_accepts import disk
from tests.bench.row import Row, at_most, plain, print_rows

__all__ = ["rows"]

TURNS = 6
RATE = 150.0
SECONDS = 4.0
SLOW, FAST = 60.0, 0.001
OVERLOAD = 60.0
WAITING = 1000
CONNECTIONS = 32
SETTLED = 20.0
"""Seconds until what an overload needs once is there."""


async def rows() -> list[Row]:
    """The rows of the table."""
    return [*await _slow_clusters(), *await _overload()]


async def _slow_clusters() -> list[Row]:
    found: dict[float, list[float]] = {SLOW: [], FAST: []}
    for _ in range(TURNS):
        for seconds, latencies in found.items():
            async with _served(seconds, 0) as (port, _):
                await _asked("open", port, str(RATE), "1.0", "warm")
                report = await _asked("open", port, str(RATE), str(SECONDS), "name")
            assert report["statuses"].keys() == {"202"}, report["statuses"]
            latencies.extend(report["latencies"])
    slow, fast = (_p99(found[seconds]) for seconds in (SLOW, FAST))
    return [
        plain("accept p99, every create takes 60 s", slow / 1000, "ms"),
        plain("accept p99, every create takes 1 ms", fast / 1000, "ms"),
        at_most("accept p99, creates of 60 s / of 1 ms", slow / fast, "", 1.1),
    ]


async def _overload() -> list[Row]:
    """As many creates as can be sent, for a minute, of which the clusters do next to none."""
    async with _served(SLOW, WAITING) as (port, process):
        load = asyncio.create_task(_asked("load", port, str(CONNECTIONS), str(OVERLOAD), "name"))
        memory: list[tuple[float, int]] = []
        began = asyncio.get_running_loop().time()
        while not load.done():
            memory.append((asyncio.get_running_loop().time() - began, process.memory_info().rss))
            await asyncio.wait([load], timeout=0.5)
        report = load.result()
    statuses = report["statuses"]
    assert statuses.keys() == {"202", "503"}, statuses
    assert report["retry_after"] == statuses["503"], "a 503 without Retry-After"
    settled = [rss for at, rss in memory if at >= SETTLED]
    first, last = median(settled[:10]), median(settled[-10:])
    return [
        plain("overload: answers, 202", statuses["202"], ""),
        plain("overload: answers, 503 with Retry-After", statuses["503"], ""),
        plain("overload: memory at the end", last / 2**20, "MiB"),
        at_most(f"overload: memory at the end / after {SETTLED:g} s", last / first, "", 1.02),
    ]


def _p99(values: Sequence[float]) -> float:
    return quantiles(values, n=100)[98]


@asynccontextmanager
async def _served(seconds: float, waiting: int) -> AsyncIterator[tuple[str, psutil.Process]]:
    """The port, and the process."""
    with tempfile.TemporaryDirectory(prefix="slow-", dir=disk()) as directory:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.http.pipeline", directory, str(seconds), str(waiting),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield (await process.stdout.readline()).decode().strip(), psutil.Process(process.pid)
        finally:
            process.stdin.close()
            assert await process.wait() == 0


async def _asked(module: str, port: str, *words: str) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"tests.bench.http.{module}", "127.0.0.1", port, *words, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    report: dict[str, Any] = json.loads(out)
    return report


def main() -> None:
    """Print the table of this part."""
    print_rows(asyncio.run(rows()))


if __name__ == "__main__":
    main()
