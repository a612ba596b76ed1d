"""The fast path against the general path: the same instants, the same commands, the same ends."""

import asyncio

import pytest

from connector.codes import Code
from connector.operations import Verb
from connector.values import replace
from fake_clusters.distributions.constant import Constant
from fake_clusters.distributions.lognormal import Lognormal
from fake_clusters.distributions.pareto import Pareto
from fake_clusters.faults import FAULTS
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import CallSelector
from fake_clusters.order import Order, OrderKind
from fake_clusters.profile import LatencyPhase, LatencyPhaseKind, LoginPhase, Profile
from fake_clusters.spec import ClusterLimits, ClusterSpec
from harness.journal import journal_of
from harness.model.fast.eligible import objection
from harness.model.fast.run import FastRun
from harness.model.fast.stream import Batch
from harness.model.pace import ModelPace
from harness.model.runner import ModelRunner
from harness.run.progress import Stage, Step
from harness.scenario.scenario import Scenario, WorkloadKind
from harness.workload.arrivals import MOST_RIVALS, plan
from reports.history import History, Hop, OpKind
from reports.verdicts import Verdict
from tests.harness.model.scenes import cluster, in_model, scenario

_QUICKLY = Lognormal(median=0.3, p99=2.0)
_LOOKS = Lognormal(median=0.05, p99=0.5)


def _both(played: Scenario, seed: int = 1) -> tuple[History, History]:
    full = in_model(played, seed=seed).history
    return full, FastRun(played, seed=seed, pace=ModelPace()).play().history


def _changes(history: History) -> set[tuple[str, str | None, float]]:
    return {(row.name, row.after, row.at) for row in history.changes if row.before is not None}


def _commands(history: History) -> set[tuple[object, ...]]:
    return {
        (row.name, row.verb, row.tried, *timed, row.result, row.code, row.site, row.request_id, row.sequence)
        for row in history.attempts
        for timed in [(row.began_at, row.ended_at, row.deadline)]
        if row.hop is Hop.PROCESSOR and row.name
    }


def _unclaimed(history: History, until: float) -> set[tuple[object, ...]]:
    """What was asked of clusters on no share's behalf, and was over by then: one run goes on where the other ends."""
    return {
        (row.location, row.verb, row.began_at, row.ended_at, row.deadline, row.result, row.code, row.site)
        for row in history.attempts
        if row.hop is Hop.PROCESSOR and not row.name and (row.ended_at or until) < until
    }


def _many(count: int, limits: ClusterLimits | None = None) -> list[ClusterSpec]:
    return [cluster(f"c{number}", create=_QUICKLY, other=_LOOKS, limits=limits) for number in range(count)]


@pytest.mark.parametrize(
    "played",
    [
        pytest.param(scenario(*_many(4), rate=4.0, duration=40.0), id="room for all"),
        pytest.param(scenario(*_many(12, ClusterLimits(commands=2)), rate=36.0, duration=30.0), id="queues"),
        pytest.param(
            scenario(
                *_many(6, ClusterLimits(commands=1)), rate=3.0, duration=30.0, pipeline={"sweeper": {"every": 0.5}}
            ),
            id="queues behind sweeps",
        ),
        pytest.param(
            scenario(*_many(3), rate=9.0, duration=30.0, pipeline={"processor": {"workers": 4}}), id="hardly any room"
        ),
        pytest.param(
            scenario(
                cluster(create=Pareto(minimum=0.2, shape=1.1), other=_LOOKS), rate=2.0, duration=40.0, settle=99.0
            ),
            id="deadlines that run out",
        ),
        pytest.param(
            scenario(cluster(create=Constant(11.0), other=_LOOKS), rate=0.5, duration=20.0, settle=200.0),
            id="creates that are always too late",
        ),
    ],
)
def test_the_fast_path_comes_to_the_very_same_instants(played: Scenario) -> None:
    assert objection(played) is None
    full, quick = _both(played)
    assert len(_changes(full)) >= 5
    assert _changes(quick) == _changes(full)
    assert _commands(quick) == _commands(full)
    until = max(row.at for row in quick.readings)
    assert {row[1] for row in _unclaimed(full, until)} == {"capabilities", "list"}
    assert _unclaimed(quick, until) == _unclaimed(full, until)


@pytest.mark.parametrize(
    ("every", "listed", "created", "places"),
    [(2.0, 0.5, 2.5, 1), (2.0, 0.5, 4.5, 1), (5.0, 0.5, 2.0, 1), (5.0, 0.5, 4.5, 2)],
)
def test_a_sweep_at_the_very_instant_of_a_deadline_comes_before_the_share_that_gets_the_room(
    every: float, listed: float, created: float, places: int
) -> None:
    """Looks and sweeps meet deadlines to the bit. Who gives up leaves room for another share, which comes last."""
    looks = cluster(create=Constant(created), other=Constant(0.5), limits=ClusterLimits(commands=places))
    service = {**looks.profile.service, Verb.LIST: Constant(listed)}
    north = replace(looks, profile=replace(looks.profile, service=service))
    pipeline = {"command": {"command": "10s"}, "sweeper": {"every": every}, "processor": {"workers": 8}}
    full, quick = _both(scenario(north, rate=1.0, duration=20.0, settle=300.0, pipeline=pipeline))
    deadlines = {row.ended_at for row in full.attempts if row.code is Code.TIMEOUT and row.name}
    until = max(row.at for row in quick.readings)
    assert deadlines & {began for _, verb, began, *_ in _unclaimed(full, until) if verb == "list"}
    assert _unclaimed(quick, until) == _unclaimed(full, until)


def test_most_of_a_calm_load_is_known_beforehand_and_little_of_one_that_queues() -> None:
    calm = FastRun(scenario(*_many(10), rate=20.0, duration=30.0), seed=1, pace=ModelPace())
    queued = FastRun(scenario(*_many(1, ClusterLimits(commands=1)), rate=2.0, duration=30.0), seed=1, pace=ModelPace())
    for run in (calm, queued):
        run.play()
    assert calm.tally.calm > 0.9 * calm.tally.asked
    assert queued.tally.calm < 0.5 * queued.tally.asked


def test_a_run_comes_to_the_same_whether_or_not_anybody_hears_how_far_it_is() -> None:
    played = scenario(*_many(10), rate=20.0, duration=30.0)
    heard: list[Step] = []

    def hear(step: Step) -> None:
        heard.append(step)

    loud = FastRun(played, seed=1, pace=ModelPace(hear)).play()
    assert FastRun(played, seed=1, pace=ModelPace()).play() == loud
    halfway = next(step for step in heard if step.stage is Stage.LOAD and step.done >= 15.0)
    ended = sum(row.after == "active" and row.at <= 15.0 for row in loud.history.changes)
    assert halfway.ops == ended > 0


def test_the_ids_of_a_batch_are_stamped_as_uuids_are_one_after_another() -> None:
    at = [0.001, 0.0011, 0.0012, 0.0025, 0.0025, 0.01]
    batch = Batch(7, at, at, newest=(1 << 12) + 1)
    newest, expected = (1 << 12) + 1, []
    for instant in at:
        newest = max(newest + 1, int(instant * 1000) << 12)
        expected.append(newest)
    assert [batch.stamp(number) for number in range(7, 13)] == expected


def test_a_share_whose_creates_never_come_in_time_is_cleaned_up_or_found_in_both() -> None:
    stuck = cluster(create=Constant(30.0), other=_LOOKS, limits=ClusterLimits(commands=4))
    played = scenario(stuck, rate=0.2, duration=30.0, settle=400.0)
    full, quick = _both(played)
    assert _changes(quick) == _changes(full)
    assert _commands(quick) == _commands(full)
    effects = [{(row.name, row.kind, row.at, row.late) for row in history.effects} for history in (full, quick)]
    assert effects[0] == effects[1]
    assert {late for *_, late in effects[0]} == {True}


@pytest.mark.parametrize("sweep", ["600s", "2s"])
def test_a_share_whose_show_is_late_goes_on_from_there_as_on_the_general_path(sweep: str) -> None:
    """Its create was computed; all places are held by long shows when its own comes."""
    shows = Pareto(minimum=1.0, shape=0.8)
    busy = cluster(create=Constant(0.3), other=shows, limits=ClusterLimits(commands=2))
    service = {**busy.profile.service, Verb.LIST: Constant(0.1)}
    busy = replace(busy, profile=replace(busy.profile, service=service))
    pipeline = {"processor": {"workers": 6}, "command": {"sessions": 6}, "sweeper": {"every": sweep}}
    full, quick = _both(scenario(busy, rate=1.0, duration=20.0, settle=900.0, pipeline=pipeline))
    late = {row.name for row in full.attempts if row.verb == "show" and row.code is Code.TIMEOUT and row.tried == 1}
    assert len(late) > 3
    assert _changes(quick) == _changes(full)
    sent = [{row for row in _commands(history) if float(str(row[3])) < 900.0} for history in (quick, full)]
    assert sent[0] == sent[1]  # of those before the end: one run goes on where the other stops


_LATENCY_PHASES = {
    "brownout": (LatencyPhase(kind=LatencyPhaseKind.BROWNOUT, begins=10.0, ends=20.0, factor=3.0),),
    "periodic": (
        LatencyPhase(kind=LatencyPhaseKind.PERIODIC, begins=3.0, ends=29.0, factor=6.0, period=2.5, duty=0.4),
    ),
    "ramp": (LatencyPhase(kind=LatencyPhaseKind.RAMP, begins=5.0, ends=25.0, factor=8.0),),
    "standstill": (LatencyPhase(kind=LatencyPhaseKind.STANDSTILL, begins=12.0, ends=15.0),),
    "overlapping": (
        LatencyPhase(kind=LatencyPhaseKind.BROWNOUT, begins=5.0, ends=20.0, factor=3.0),
        LatencyPhase(kind=LatencyPhaseKind.PERIODIC, begins=8.0, ends=25.0, factor=2.0, period=3.0, duty=0.5),
        LatencyPhase(kind=LatencyPhaseKind.STANDSTILL, begins=18.0, ends=19.5),
    ),
}


@pytest.mark.parametrize("places", [1, 8])
@pytest.mark.parametrize("kind", _LATENCY_PHASES)
def test_a_latency_phase_slows_the_fast_path_as_the_other(kind: str, places: int) -> None:
    """With one place most wait in the queue, and some are served at several speeds."""
    spec = cluster(create=_QUICKLY, other=_LOOKS, limits=ClusterLimits(commands=places))
    spec = replace(spec, profile=replace(spec.profile, latency_phases=_LATENCY_PHASES[kind]))
    full, quick = _both(scenario(spec, rate=2.0, duration=30.0, settle=60.0))
    assert len(_changes(full)) > 40
    assert _changes(quick) == _changes(full)


@pytest.mark.parametrize(
    "kind", [LatencyPhaseKind.BROWNOUT, LatencyPhaseKind.RAMP, LatencyPhaseKind.PERIODIC, LatencyPhaseKind.STANDSTILL]
)
def test_a_latency_phase_that_would_outlast_the_load_ends_with_it_in_both(kind: LatencyPhaseKind) -> None:
    spec = cluster(create=_QUICKLY, other=_LOOKS, limits=ClusterLimits(commands=2))
    phase = LatencyPhase(kind=kind, begins=22.0, ends=50.0, factor=5.0, period=3.0, duty=0.5)
    spec = replace(spec, profile=replace(spec.profile, latency_phases=(phase,)))
    full, quick = _both(scenario(spec, rate=2.0, duration=30.0, settle=60.0))
    # Where the speed is set by hand the general path sums up once more, and so may differ in the last digit.
    rounded = [
        sorted((row.name, row.after or "", round(row.at, 9)) for row in history.changes) for history in (full, quick)
    ]
    assert rounded[0] == rounded[1]


@pytest.mark.parametrize("clusters", [1, 3, MOST_RIVALS + 1])
def test_the_streams_shares_are_those_of_the_plan(clusters: int) -> None:
    played = scenario(*_many(clusters), rate=40.0, duration=20.0)
    names = [spec.name for spec in played.clusters]
    arrivals = plan(played.workload, seed=3, phases=(), clusters=names)
    quick = FastRun(played, seed=3, pace=ModelPace()).play().history
    creates = {(op.name, op.location, op.intended_at) for op in quick.ops if op.kind is OpKind.CREATE}
    assert creates == {(arrival.name, arrival.location, arrival.at) for arrival in arrivals}


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (scenario(pipeline={"design": "blocking"}), "the design is blocking"),
        (scenario(mix={WorkloadKind.CREATE: 1.0, WorkloadKind.DELETE: 0.1}), "the load does more than create"),
        (
            scenario(cluster(create=Constant(0.5)), pipeline={"sweeper": {"every": 0.5}}),
            "north serves a command for just as long as a sweep pauses",
        ),
        (scenario(cluster(limits=ClusterLimits(queue=5))), "north has limits that turn commands away"),
        (scenario(cluster(login={LoginPhase.AUTH: Constant(0.1)})), "north's logins take time"),
        (
            scenario(faults=(FaultRule(label="h", kind=FAULTS["kex_stall"], selector=CallSelector()),)),
            "the fault h does not strike single commands",
        ),
        (scenario(ClusterSpec(name="f", dialect="filer", profile=Profile())), "f does not keep marks"),
        (
            scenario(replace(cluster(), order=Order(kind=OrderKind.PRIORITY))),
            "north does not serve commands as they come",
        ),
    ],
)
def test_what_is_not_calm_is_left_to_the_general_path(other: Scenario, reason: str) -> None:
    assert reason in (objection(other) or "")


def test_a_large_run_counts_all_records_some_and_is_judged_by_these() -> None:
    large = scenario(*_many(40), rate=1000.0, duration=25.0)
    played = asyncio.run(ModelRunner().run(large, seed=1))
    journal = journal_of(large, played, seed=1, world="model", command="")
    recorded, exact = played.notes
    assert recorded.startswith("one share in 13 is recorded")
    creates = [op for op in played.history.ops if op.kind is OpKind.CREATE]
    assert 1800 < len(creates) < 2000
    asked = int(exact.split()[2])
    assert 24_000 < asked < 26_000
    assert f"{asked} active" in exact
    assert journal.verdict is Verdict.VALID, [row for row in journal.findings if row.verdict is not Verdict.VALID]


def test_what_is_still_under_way_at_the_end_is_recorded_as_such() -> None:
    crowded = scenario(cluster(create=Constant(5.0)), rate=20.0, duration=20.0, settle=5.0)
    full, quick = _both(crowded)
    seen = [
        {share.name for share in row.shares if share.state == "pending"}
        for history in (full, quick)
        for row in history.readings
        if row.side == "api" and row.round == 1
    ]
    assert len(seen[0]) == len(seen[1]) > 100  # which of them they are is the one thing that the fast path leaves out
    asked = [op.name for op in quick.ops if op.kind is OpKind.CREATE]
    assert seen[1] == set(asked[-len(seen[1]) :])
