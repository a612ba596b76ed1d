"""Processes that are killed right before or after one of their calls leave nothing that is not put right.

The matrix: every crash point, in every store and spool, from three seeds, with SIGKILL. A run takes several points, one
after the other.
"""

from collections.abc import Iterator, Mapping, Sequence

import pytest

from connector.operations import Verb
from connector.values import replace
from fake_clusters.spec import ClusterLimits
from harness.scenario.nemesis_kinds import kill
from harness.scenario.points import CrashPoint
from harness.scenario.roles import Role
from harness.scenario.scenario import Scenario
from harness.scenario.spool_kind import SpoolKind
from harness.scenario.store_kind import StoreKind
from harness.service.reference import settings_of
from tests.harness.live.scenes import fault, faulty, invalid, played_with_room

pytestmark = pytest.mark.slow

_PLACES: Mapping[str, tuple[StoreKind, SpoolKind]] = {
    "sqlite": (StoreKind.SQLITE, SpoolKind.STORE),
    "postgresql": (StoreKind.POSTGRESQL, SpoolKind.STORE),
    "postgresql-nats": (StoreKind.POSTGRESQL, SpoolKind.NATS),
}
_GIVE_UP = (CrashPoint.BEFORE_GIVE_UP, CrashPoint.AFTER_GIVE_UP)
_TOGETHER = 4
_APART = 3.0
"""Seconds between two kills: a process must be up again."""


def _groups(spool: SpoolKind) -> Iterator[Sequence[CrashPoint]]:
    """Points of one part, as many as go into one run."""
    for part in (Role.API, Role.RELAY, Role.PROCESSOR):
        points = [point for point in CrashPoint if point.part is part and point not in _GIVE_UP]
        if part is not Role.RELAY or spool is SpoolKind.NATS:
            yield from (points[first : first + _TOGETHER] for first in range(0, len(points), _TOGETHER))
    yield _GIVE_UP


def _matrix() -> Iterator[tuple[str, Sequence[CrashPoint], int]]:
    for place, (_, spool) in _PLACES.items():
        for points in _groups(spool):
            for seed in (1, 2, 3):
                yield place, points, seed


def _scene(place: str, points: Sequence[CrashPoint]) -> Scenario:
    """Faults, clusters that are soon full, and kills at these calls."""
    store, spool = _PLACES[place]
    steps = [
        kill(point.part.value, at=1.0 + _APART * number, duration=0.2, site=point)
        for number, point in enumerate(points)
    ]
    scenario = faulty(duration=2.0 + _APART * len(points))
    clusters = tuple(replace(cluster, limits=ClusterLimits(shares=12)) for cluster in scenario.clusters)
    scene = replace(
        scenario, clusters=clusters, store=store, spool=spool, nemesis=tuple(steps), expect={"kill": len(points)}
    )
    return _giving_up(scene) if set(points) <= {*_GIVE_UP} else scene


def _giving_up(scenario: Scenario) -> Scenario:
    """Resizes that are lost on their way, and one try for each."""
    lost = fault("disconnect_before", "no_resize", verbs=(Verb.RESIZE,))
    retry = settings_of(scenario).retry.model_copy(update={"attempts": 1})
    pipeline = settings_of(scenario).model_copy(update={"retry": retry})
    return replace(scenario, faults=(lost,), pipeline=pipeline)


async def _holds(place: str, points: Sequence[CrashPoint], seed: int) -> None:
    scenario, played = await played_with_room(_scene(place, points), seed=seed)
    assert invalid(scenario, played) == {}
    kills = [row for row in played.history.nemesis if row.action == "kill"]
    assert sorted(row.detail.rpartition(" ")[2] for row in kills) == sorted(points)
    assert played.history.part_ends == ()


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
@pytest.mark.parametrize(
    ("place", "points", "seed"),
    [*_matrix()],
    ids=lambda value: f"{value[0]}-and-{len(value) - 1}-more" if isinstance(value, list | tuple) else str(value),
)
async def test_every_crash_point_in_every_store_and_spool(place: str, points: Sequence[CrashPoint], seed: int) -> None:
    await _holds(place, points, seed)
