"""Configured latency is what the client sees: constant and lognormal, by ssh, paramiko and asyncssh.

`python -m tests.bench.latency`. Each client keeps one connection. Its zero-latency baseline is measured at a cluster
that answers at once; then the median at a slow cluster must be that baseline plus the latency the model drew. Draws
are keyed, so the bench knows each of them without asking the server: a sample of a distribution is judged by the very
values that were drawn, not by its population.
"""

import asyncio
import shutil
import statistics
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from connector.operations import Verb
from fake_clusters.draws import Draws
from tests.bench.row import Row
from tests.bench.ssh.clients import KEPT, Timed
from tests.bench.ssh.fake import SEED, profile_of
from tests.bench.ssh.login import Login, client_key
from tests.bench.ssh.process import ServerProcess

__all__ = ["rows"]

_ABSOLUTE, _RELATIVE = 0.001, 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """latency: as `fake.profile_of` takes it, seconds. samples: commands that are timed."""

    name: str
    latency: tuple[float, ...]
    samples: int


CASES = (
    Case(name="constant 5 ms", latency=(0.005,), samples=61),
    Case(name="constant 50 ms", latency=(0.05,), samples=31),
    Case(name="constant 500 ms", latency=(0.5,), samples=7),
    Case(name="lognormal 20 ms, p99 100 ms", latency=(0.02, 0.1), samples=101),
)


async def rows(cases: tuple[Case, ...] = CASES) -> list[Row]:
    """One row for each client and case: how far the median is from where it should be."""
    program = shutil.which("ssh")
    names = [name for name in KEPT if name != "ssh" or program is not None]
    with tempfile.TemporaryDirectory(prefix="sp-") as name:
        directory = Path(name)
        return [await _row(client, case, directory, program or "") for client in names for case in cases]


async def _row(client: str, case: Case, directory: Path, program: str) -> Row:
    """Commands at once and slow ones take turns, so that what else the machine does bears on both."""
    login = Login(key=client_key(directory))
    instant: list[float] = []
    slow: list[float] = []
    async with AsyncExitStack() as stack:

        async def opened(*latency: float) -> Timed:
            arguments = (str(directory), *(str(value) for value in latency))
            server = ServerProcess.module("fake cluster", "tests.bench.ssh.fake", *arguments)
            port = (await stack.enter_async_context(server)).port
            return await stack.enter_async_context(KEPT[client](program, port, login, directory))

        at_once, after = await opened(), await opened(*case.latency)
        for _ in range(case.samples):
            instant.append(await at_once())
            slow.append(await after())
    drawn = _drawn(case)
    baseline = statistics.median(instant)
    expected = statistics.median(drawn) + baseline
    # Each command less its own draw: the spread of a distribution then does not pass for an error of the clock.
    apart = abs(statistics.median(seen - own for seen, own in zip(slow, drawn, strict=True)) - baseline)
    allowed = _ABSOLUTE + _RELATIVE * expected
    return Row(
        name=f"latency seen by {client}: {case.name}",
        figure=apart * 1000,
        unit="ms off",
        goal=f"at most {allowed * 1000:.2f} ms off {expected * 1000:.1f} ms",
        met=apart <= allowed,
    )


def _drawn(case: Case) -> list[float]:
    """The latencies that the model draws for this case's commands, in their order."""
    draws, profile = Draws(SEED, "north"), profile_of(list(case.latency))
    attempts = range(1, case.samples + 1)
    return [draws.command(profile, Verb.PING, None, attempt).service for attempt in attempts]


def main() -> None:
    for row in asyncio.run(rows()):
        print(f"{row.name:50} {row.figure:8.3f} {row.unit:6} {row.goal:32} {'met' if row.met else 'MISSED'}")


if __name__ == "__main__":
    main()
