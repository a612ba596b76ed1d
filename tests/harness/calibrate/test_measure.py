"""A target is measured phase by phase: what comes out is what it is like, within bounds, and nothing is left."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from connector.operations import Create, Request, Verb
from fake_clusters.clusters_file import read_clusters_file
from fake_clusters.distributions import Constant, Distribution, Empirical, Exponential, Lognormal
from fake_clusters.profile import LoginPhase, Profile
from fake_clusters.spec import ClusterLimits, ClusterSpec
from harness.calibrate.calibration import alone, calibrated
from harness.calibrate.cluster_file import cluster_text
from harness.calibrate.drift import drift_of
from harness.calibrate.goodness import distance
from harness.calibrate.measure import MeasureBounds, Measurement, measure, measured_floor
from harness.contract.defects.defect import Defect
from harness.contract.defects.tricks import limits
from harness.contract.fakes import fake_target
from harness.errors import ServiceUnavailable
from tests.harness.calibrate.virtual_clusters import measured_virtually

pytestmark = pytest.mark.xdist_group("calibrate")  # what they share is made once

KNOWN = Profile(
    name="known",
    login={
        LoginPhase.BANNER: Constant(value=0.02),
        LoginPhase.KEX: Lognormal(median=0.05, p99=0.1),
        LoginPhase.AUTH: Lognormal(median=0.1, p99=0.4),
        LoginPhase.CHANNEL: Exponential(mean=0.01),
    },
    service={Verb.CREATE: Lognormal(median=0.2, p99=0.5), Verb.SHOW: Exponential(mean=0.03)},
    default=Exponential(mean=0.05),
)
EXPECTED: Mapping[LoginPhase | Verb, Distribution] = dict(
    [*KNOWN.login.items(), *KNOWN.service.items(), (Verb.RESIZE, KNOWN.default)]
)
COUNT, PLACES = 60, 3
SERVED = ClusterLimits(commands=PLACES)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Measurement:
    bounds = MeasureBounds(count=COUNT, concurrency=(1, 4, 8), seconds=1e6)
    return measured_virtually(KNOWN, bounds, tmp_path_factory.mktemp("ledger"), limits=SERVED)


@pytest.fixture(scope="module")
def made(known: Measurement, tmp_path_factory: pytest.TempPathFactory) -> ClusterSpec:
    """The cluster of the written file."""
    path = tmp_path_factory.mktemp("made") / "north.toml"
    samples = [each for each in known.samples if each.phase in EXPECTED]
    path.write_text(cluster_text(calibrated(samples), name="north", source="north"))
    (spec,) = read_clusters_file(path).specs
    return spec


def _of(profile: Profile, phase: LoginPhase | Verb) -> Distribution:
    return profile.login[phase] if isinstance(phase, LoginPhase) else profile.service[phase]


def test_a_known_profile_comes_back(known: Measurement, made: ClusterSpec) -> None:
    assert made.limits.commands == PLACES
    for phase, was in EXPECTED.items():
        drawn = [was.ppf((step + 0.5) / 500) for step in range(500)]
        assert distance(drawn, _of(made.profile, phase), slack=0.001) < 0.2, phase
    assert isinstance(made.profile.login[LoginPhase.BANNER], Constant)
    assert known.shares.left == ()
    assert known.connect == [0.0] * COUNT, "there is no way between client and server in this world"


def test_fresh_samples_of_what_was_made_are_near_those_of_what_was_measured(
    known: Measurement, made: ClusterSpec, tmp_path: Path
) -> None:
    bounds = MeasureBounds(count=COUNT, concurrency=(1,), seconds=1e6)
    found = measured_virtually(made.profile, bounds, tmp_path, seed=7)
    fresh = [each for each in found.samples if each.phase in EXPECTED]
    assert not [row.phase for row in drift_of(fresh, KNOWN, tolerance=0.1) if row.drifted]
    ours, theirs = alone(known.samples), alone(fresh)
    for phase in (LoginPhase.AUTH, LoginPhase.CHANNEL, Verb.CREATE, Verb.SHOW):
        measured = Empirical(samples=tuple(sorted(ours[phase])))
        assert distance(sorted(theirs[phase]), measured) < 0.25, phase


def test_a_cluster_that_became_slower_has_drifted(tmp_path: Path) -> None:
    slower = Profile(service={Verb.CREATE: Lognormal(median=0.4, p99=1.0)}, default=Exponential(mean=0.05))
    found = measured_virtually(slower, MeasureBounds(count=80, concurrency=(1,), seconds=1e6), tmp_path)
    rows = drift_of(found.samples, KNOWN, tolerance=0.1)
    drifted = {row.phase for row in rows if row.drifted}
    assert Verb.CREATE in drifted
    assert Verb.RESIZE not in drifted


def test_the_time_is_a_bound(tmp_path: Path) -> None:
    slow = Profile(default=Constant(value=10.0))
    found = measured_virtually(slow, MeasureBounds(count=50, concurrency=(1,), seconds=200.0), tmp_path)
    assert found.late
    assert 0 < len(found.samples) < 300
    assert found.shares.left == ()
    assert list(tmp_path.glob("*.ledger")) == []


def test_what_a_full_queue_refuses_is_counted_and_no_sample(tmp_path: Path) -> None:
    narrow = ClusterLimits(commands=1, queue=0)
    bounds = MeasureBounds(count=12, concurrency=(1, 4), seconds=1e6)
    found = measured_virtually(KNOWN, bounds, tmp_path, limits=narrow)
    assert found.refused["create: busy"] > 0
    assert sum(each.phase is Verb.CREATE and each.concurrency == 4 for each in found.samples) < 12
    assert found.shares.left == ()


async def _measure(defect: Defect, folder: Path, *, stop: asyncio.Event | None = None) -> Measurement:
    async with fake_target(defect=defect) as target:
        bounds = MeasureBounds(count=6, concurrency=(1, 2), seconds=300.0)
        return await measure(target, bounds, ledger=folder, stop=stop or asyncio.Event())


async def test_a_fake_adds_so_much_to_each_phase_on_this_machine(tmp_path: Path) -> None:
    floor = await measured_floor("native", ledger=tmp_path, stop=asyncio.Event())
    assert set(floor) == {*LoginPhase, *Verb}
    assert all(seconds > 0 for seconds in floor.values())


async def test_a_target_without_room_is_one_line(tmp_path: Path) -> None:
    full = Defect(clause="", does="is full", spec_change=limits(capacity=1))
    with pytest.raises(ServiceUnavailable, match="cannot be measured: no share could be made: full") as caught:
        await _measure(full, tmp_path)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.glob("*.ledger")) == []


async def test_what_a_lost_target_may_still_have_is_listed(tmp_path: Path) -> None:
    def hear(hands: Any, request: Request, connection: int) -> Request:
        creates = hands.memory.setdefault("creates", [])
        creates += [request.name] if isinstance(request, Create) else []
        if len(creates) == 3:
            hands.later(0.0, lambda: hands.crash(1e6))
        return request

    found = await _measure(Defect(clause="", does="goes away", hear=hear), tmp_path)
    assert found.stopped is not None
    assert found.shares.left
    (ledger,) = tmp_path.glob("*.ledger")
    assert all(name in ledger.read_text() for name in found.shares.left)


async def test_what_is_interrupted_is_cleaned_up(tmp_path: Path) -> None:
    stop = asyncio.Event()

    def hear(hands: Any, request: Request, connection: int) -> Request:
        if isinstance(request, Create):
            stop.set()
        return request

    found = await _measure(Defect(clause="", does="nothing", hear=hear), tmp_path, stop=stop)
    assert found.interrupted
    assert found.shares.left == ()
    assert list(tmp_path.glob("*.ledger")) == []
