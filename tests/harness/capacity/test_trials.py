"""One trial: what it plays, what of it is measured, and when it says nothing."""

import pytest

from connector.values import replace
from harness.capacity.expectation import modelled
from harness.capacity.generator_watch import GeneratorWatch
from harness.capacity.trial_outcome import most_lateness, trial_of
from harness.capacity.trial_scenario import TrialPlan, check_trials, has_schedule, trial_scenario
from harness.errors import CapacityError
from harness.run.progress import Stage, Step
from harness.run.result import RunResult
from harness.run.spans import spans
from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.parse import parse_scenario
from harness.scenario.scenario import Scenario
from reports.capacity import BACKLOG, OverloadFirst, TrialOutcome
from reports.history import History, Op, OpKind, OpResult, PartEnd, Purpose
from tests.harness.capacity.scenes import one_cluster

PLAN = TrialPlan(rate=40.0, seconds=10.0, warm_up=2.0, seed=1)
ACCEPTS = one_cluster("p95(create.accept) < 1s")


def _op(number: int, at: float, *, took: float = 0.1, late: float = 0.0) -> Op:
    return Op(
        number=number,
        client=f"c{number}",
        kind=OpKind.CREATE,
        purpose=Purpose.LOAD,
        location="north",
        name=f"s{number}",
        intended_at=at,
        invoked_at=at + late,
        completed_at=at + took,
        result=OpResult.OK,
    )


def _result(scenario: Scenario, plan: TrialPlan, *ops: Op, ends: tuple[PartEnd, ...] = ()) -> RunResult:
    load = trial_scenario(scenario, plan).workload.duration
    return RunResult(
        history=History(ops=ops, part_ends=ends),
        began=0.0,
        load_ends=load,
        ends=load,
        phases=spans(trial_scenario(scenario, plan), (), load),
    )


def _outcome(scenario: Scenario, *ops: Op, ends: tuple[PartEnd, ...] = ()) -> tuple[TrialOutcome, str]:
    played = trial_scenario(scenario, PLAN)
    trial = trial_of(played, PLAN, _result(scenario, PLAN, *ops, ends=ends))
    return trial.outcome, trial.note


def test_a_trial_is_the_scenario_at_its_rate_and_waits_for_nothing_that_cannot_matter() -> None:
    played = trial_scenario(ACCEPTS, PLAN)
    assert (played.workload.rate, played.workload.duration) == (40.0, 12.0)
    assert played.settle <= 4.0  # a second beyond the three that a client allows one try
    assert played.fence == 0.0


def test_an_overload_comes_between_the_warm_up_and_a_rest() -> None:
    plan = replace(PLAN, overload=OverloadFirst(rate=120.0, seconds=5.0, recovery=50.0))
    played = trial_scenario(ACCEPTS, plan)
    assert played.workload.duration == 2.0 + 5.0 + 50.0 + 10.0
    assert played.workload.surges == {"overload": 3.0}
    assert [(phase.name, phase.begins, phase.ends) for phase in played.phases] == [
        ("overload", 2.0, 7.0),
        ("after the warm-up", 57.0, 67.0),
    ]


def test_the_warm_up_is_not_measured() -> None:
    slow = [_op(number, number / 100, took=5.0) for number in range(1, 200)]
    quick = [_op(200 + number, 2.0 + number / 100) for number in range(1, 200)]
    assert _outcome(ACCEPTS, *slow, *quick) == (TrialOutcome.HELD, "")
    assert _outcome(ACCEPTS, *quick, *slow, *(_op(500 + n, 3.0, took=5.0) for n in range(20)))[0] is TrialOutcome.FAILED


def test_a_late_generator_makes_good_and_bad_trials_unknown() -> None:
    late = [_op(number, 2.0 + number / 100, took=0.4, late=0.3) for number in range(1, 200)]
    outcome, note = _outcome(ACCEPTS, *late)
    assert outcome is TrialOutcome.UNKNOWN
    assert note == "the generator was late: p99 300 ms, at most 100 ms is allowed"
    failed = [_op(number, 2.0 + number / 100, took=4.0, late=0.3) for number in range(1, 200)]
    assert _outcome(ACCEPTS, *failed)[0] is TrialOutcome.UNKNOWN


def test_a_generator_that_took_its_core_makes_a_trial_unknown() -> None:
    good = [_op(number, 2.0 + number / 100) for number in range(1, 200)]
    played = trial_scenario(ACCEPTS, PLAN)
    trials = [trial_of(played, PLAN, _result(ACCEPTS, PLAN, *good), busy=busy) for busy in (0.89, 0.95)]
    assert [(trial.outcome, trial.busy) for trial in trials] == [
        (TrialOutcome.HELD, 0.89),
        (TrialOutcome.UNKNOWN, 0.95),
    ]
    assert trials[1].note == "the generator took 95% of a core, at most 90% is allowed"


def test_only_the_measured_part_of_a_trial_tells_how_busy_its_generator_is() -> None:
    spent = 0.0
    seen: list[Stage] = []
    watch = GeneratorWatch(PLAN, lambda step: seen.append(step.stage), lambda: spent)
    for tick in range(60):  # of 0.25 s: 2 s of warm-up, 10 s measured, and 3 s after
        spent += 0.1 if 8 <= tick < 48 else 0.25
        watch(Step(stage=Stage.LOAD if tick < 52 else Stage.COLLECT, done=tick / 4))
    assert watch.busy == pytest.approx(0.4)
    assert len(seen) == 60


def test_a_gate_of_another_gateway_is_no_part_of_a_trial() -> None:
    scenario = one_cluster("p95(create.accept) < 1s", "p95(create.accept) < 1ms through nginx")
    assert [gate.expression for gate in trial_scenario(scenario, PLAN).gates] == ["p95(create.accept) < 1s"]
    assert len(trial_scenario(scenario.behind(GatewayKind.NGINX), PLAN).gates) == 2
    expected = modelled(scenario.behind(GatewayKind.NGINX))
    assert [gate.gateway for gate in trial_scenario(expected, PLAN).gates] == [None, None]


def test_lateness_is_bounded_by_the_tightest_latency_of_a_gate() -> None:
    assert most_lateness(one_cluster("p95(create.active) < 2s", "p50(create.accept) < 500ms").gates) == 0.05
    assert most_lateness(one_cluster("ratio(errors) <= 1%").gates) == 0.01


def test_a_part_that_ends_fails_the_trial_and_is_named() -> None:
    end = PartEnd(number=1, at=3.0, part="api", signal="SIGKILL")
    outcome, note = _outcome(ACCEPTS, *(_op(number, 2.0 + number / 100) for number in range(1, 200)), ends=(end,))
    assert outcome is TrialOutcome.FAILED
    assert note == "api ended at 3.0 s (killed by SIGKILL)"


def test_a_gate_with_nothing_to_measure_says_nothing() -> None:
    assert _outcome(ACCEPTS)[0] is TrialOutcome.UNKNOWN


def test_work_that_piles_up_fails_a_trial_whose_gates_hold() -> None:
    gate = one_cluster("p95(create.accept) < 60s")
    piling = [_op(number, 2.0 + number / 20, took=number / 15) for number in range(1, 200)]
    played = trial_scenario(gate, PLAN)
    trial = trial_of(played, PLAN, _result(gate, PLAN, *piling))
    assert [figure.criterion for figure in trial.failed] == [BACKLOG]


def test_a_trial_of_a_scenario_with_a_schedule_is_neither_shorter_nor_longer() -> None:
    text = 'title = "T"\ngates = ["ratio(errors) <= 1%"]\n[workload]\nrate = 5\nduration = "10s"\n[clusters.north]\n'
    plain = parse_scenario(text, "plain")
    assert not has_schedule(plain)
    for more in (
        '[[phases]]\nname = "p"\nbetween = ["1s", "2s"]\n',
        '[[faults]]\nkind = "reply_lost"\nbetween = ["1s", "2s"]\n',
        '[[nemesis]]\nat = "1s"\nkind = "kill"\ntarget = "processor"\n',
    ):
        assert has_schedule(parse_scenario(text + more, "planned"))


def test_what_cannot_be_searched_is_one_clear_error_each() -> None:
    text = 'title = "T"\ngates = ["ratio(errors) <= 1% during p"]\n[workload]\nrate = 5\nduration = "10s"\n'
    phased = parse_scenario(text + '[clusters.north]\n[[phases]]\nname = "p"\nbetween = ["1s", "9s"]\n', "phased")
    for scenario, seconds, warm_up, overload, words in (
        (one_cluster(), 10.0, 2.0, False, "has no gates, so no rate can fail"),
        (
            one_cluster("p95(op) < 1s through nginx"),
            10.0,
            2.0,
            False,
            "has no gates for clients that go through builtin",
        ),
        (phased, 8.0, 0.0, True, "--hysteresis needs a scenario without phases"),
        (phased, 5.0, 1.0, False, "the phase 'p' ends at 9 s, after the trial, which lasts 6 s; use a longer --trial"),
        (phased, 8.0, 2.0, False, "begins at 1 s, in the warm-up of 2 s; use a shorter --warm-up"),
    ):
        with pytest.raises(CapacityError, match=words):
            check_trials(scenario, seconds=seconds, warm_up=warm_up, overload=overload)
    check_trials(phased, seconds=9.0, warm_up=1.0, overload=False)
