"""The virtual world: judged creates per CPU second, quickly and over SSH, and how many small schedules fit a minute.

`python -m tests.bench virtual_world`. CPU time of one core, the best of several turns; every run is played and judged
in full, and must be valid.
"""

import asyncio
import time
from collections.abc import Iterator

from fake_clusters.profiles import load_profile
from fake_clusters.spec import ClusterSpec
from harness.journal import journal_of
from harness.scenario.scenario import ClientPolicy, Scenario, Workload
from harness.virtual.runner import VirtualRunner
from reports.history import OpKind
from reports.journal import Journal
from reports.verdicts import Verdict
from tests.bench.row import Row, at_least

__all__ = ["load", "rows"]

_TURNS = 3
_SMALL_TURNS = 20


async def rows() -> list[Row]:
    """In a thread, since a run wants to be the only loop of its own."""
    return await asyncio.to_thread(lambda: [*_throughput(), *_small()])


def _throughput() -> Iterator[Row]:
    big = load(rate=100.0, duration=10.0, clusters=10)
    yield at_least("creates, played and judged", _creates_per_second(VirtualRunner(), big), "/s CPU", 1500.0)
    ssh = VirtualRunner(ssh=True)
    yield at_least("the same with asyncssh at both ends", _creates_per_second(ssh, big), "/s CPU", 150.0)
    both = VirtualRunner(ssh=True, http=True)
    figure = _creates_per_second(both, load(rate=100.0, duration=3.0, clusters=10))
    yield Row(name="and with uvicorn and httpx", figure=figure, unit="/s CPU", goal="", met=True)


def _small() -> Iterator[Row]:
    """What exploring does: many short runs in one process, without metrics over time."""
    world = VirtualRunner(sampled=False)
    small = load(rate=25.0, duration=2.0, clusters=2)
    took = min(_played(world, small, seed)[0] for seed in range(_SMALL_TURNS))
    yield at_least("runs of 50 creates", 60.0 / took, "/min CPU", 600.0)
    empty = load(rate=1e-9, duration=0.01, clusters=2)
    took = min(_played(world, empty, seed, verdict=Verdict.UNKNOWN)[0] for seed in range(_SMALL_TURNS))
    yield Row(name="a world set up, taken down and judged", figure=took * 1000, unit="ms CPU", goal="", met=True)


def _creates_per_second(world: VirtualRunner, scenario: Scenario) -> float:
    return max(_creates(journal) / took for took, journal in (_played(world, scenario, 1) for _ in range(_TURNS)))


def _creates(journal: Journal) -> int:
    return sum(op.kind is OpKind.CREATE for op in journal.history.ops)


def _played(
    world: VirtualRunner, scenario: Scenario, seed: int, verdict: Verdict = Verdict.VALID
) -> tuple[float, Journal]:
    """CPU seconds, and what came of it. verdict: what it has to come to; where nobody asks anything, V1 is unknown."""
    began = time.process_time()
    played = world.run_now(scenario, seed=seed)
    journal = journal_of(scenario, played, seed=seed, world="virtual", command="")
    took = time.process_time() - began
    assert journal.verdict is verdict, journal.findings
    return took, journal


def load(*, rate: float, duration: float, clusters: int) -> Scenario:
    """Creates alone, which nothing disturbs."""
    profile = load_profile("steady")
    return Scenario(
        name="load",
        title="",
        shows="",
        text="",
        path=None,
        seed=1,
        clusters=tuple(ClusterSpec(name=f"cluster-{number}", profile=profile) for number in range(clusters)),
        workload=Workload(rate=rate, duration=duration),
        client=ClientPolicy(poll_every=1.0),
        fence=1.0,
    )
