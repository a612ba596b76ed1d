"""Processes that are killed right before or after one of their calls leave nothing that is not put right.

The matrix: every crash point, in every store and spool, from three seeds, with SIGKILL. A run comes to all
points, in whatever order: `-k postgresql-nats-2` plays one of the nine.
"""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path

import pytest

from connector.values import replace
from fake_clusters.spec import ClusterLimits
from harness.live.cleaner import run_environment
from harness.live.crash_points import OVERRIDES, FileFailpoints
from harness.scenario.nemesis_kinds import kill
from harness.scenario.points import CrashPoint
from harness.scenario.roles import Role
from harness.scenario.scenario import Scenario
from harness.scenario.spool_kind import SpoolKind
from harness.scenario.store_kind import StoreKind
from pipeline.spool.memory_broker import MemoryBroker
from tests.harness.crash_scenes import coming_to
from tests.harness.live.scenes import faulty, invalid, played_with_room
from tests.harness.live.until_killed import open_clients_until_killed

pytestmark = pytest.mark.slow

_PLACES: Mapping[str, tuple[StoreKind, SpoolKind]] = {
    "sqlite": (StoreKind.SQLITE, SpoolKind.STORE),
    "postgresql": (StoreKind.POSTGRESQL, SpoolKind.STORE),
    "postgresql-nats": (StoreKind.POSTGRESQL, SpoolKind.NATS),
}
_EACH = 6.0
"""Seconds of load at most for each point: a killed process comes up, and comes to the next. The load ends with the last
kill, whenever that is."""


def _scene(place: str, points: Sequence[CrashPoint]) -> Scenario:
    """Faults, clusters that are soon full, and kills at these calls, whichever comes first."""
    store, spool = _PLACES[place]
    steps = tuple(kill(point.part.value, at=0.5, duration=0.2, site=point) for point in points)
    scenario = faulty(duration=4.0 + _EACH * len(points))
    clusters = tuple(replace(cluster, limits=ClusterLimits(shares=12)) for cluster in scenario.clusters)
    scene = replace(scenario, clusters=clusters, store=store, spool=spool, nemesis=steps, expect={"kill": len(points)})
    scene = replace(
        scene, workload=replace(scene.workload, rate=5.0), settle=120.0
    )  # processors are down most of the time
    return coming_to(points, scene)


def _in(place: str) -> Sequence[CrashPoint]:
    """All that a run in this place can come to."""
    has_relay = _PLACES[place][1] is SpoolKind.NATS
    return [point for point in CrashPoint if has_relay or point.part is not Role.RELAY]


async def _holds(place: str, points: Sequence[CrashPoint], seed: int) -> None:
    scene = _scene(place, points)
    scenario, played = await played_with_room(scene, seed=seed, open_player=open_clients_until_killed)
    assert invalid(scenario, played) == {}
    kills = [row for row in played.history.nemesis if row.action == "kill"]
    assert sorted(row.detail.rpartition(" ")[2] for row in kills) == sorted(points)
    assert played.history.part_ends == ()


async def test_a_point_is_armed_for_one_process_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two processors, the one that shall be killed there stops, and not the first to come."""
    armed = FileFailpoints(tmp_path).arm(kill("processor-2", at=0.0, site=CrashPoint.BEFORE_TAKE, nth=2))
    stopped = list[int]()
    monkeypatch.setattr(os, "kill", lambda _, number: stopped.append(number))
    monkeypatch.setattr(os, "environ", {**os.environ, **run_environment(tmp_path)})
    spool = OVERRIDES.spool(MemoryBroker())

    async def comes(part: str) -> None:
        monkeypatch.setattr(sys, "argv", ["pipeline", "--config", f"{part}.toml"])
        await spool.take(owner=part, lease=1.0, wait=0.0, limit=1)

    for _ in range(3):
        await comes("processor")
    await comes("processor-2")
    assert not armed.fired.is_set()
    await comes("processor-2")
    assert armed.fired.is_set()
    assert stopped == [signal.SIGSTOP]


@pytest.mark.parametrize(
    ("place", "point"),
    [("sqlite", CrashPoint.AFTER_CREATE), ("postgresql-nats", CrashPoint.AFTER_PUBLISH)],
    ids=["sqlite", "postgresql-nats"],
)
@pytest.mark.timeout(600)  # a run that a busy machine spoils is played again, slower
async def test_a_process_killed_at_a_call_leaves_nothing_behind(place: str, point: CrashPoint) -> None:
    await _holds(place, [point], seed=1)


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("place", "seed"), [*product(_PLACES, (1, 2, 3))], ids=str)
async def test_every_crash_point_in_every_store_and_spool(place: str, seed: int) -> None:
    await _holds(place, _in(place), seed)
