"""Gates read well, measure what they say, and never pass for want of data."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.operations import Verb
from connector.sites import Site
from connector.values import replace
from harness.errors import GateError
from harness.gates import evaluate
from harness.measure import figures
from harness.metrics import METRICS
from harness.scenario.gate_expressions import parse_gate, statistics_of
from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.nemesis_kinds import kill
from harness.scenario.scenario import Comparison, Gate, Percentile, Statistic
from harness.virtual.runner import VirtualRunner
from reports.history import Attempt, History, Hop, Op, OpKind, OpResult, Purpose, Reading, StateChange, Timeout
from reports.journal import PhaseSpan
from reports.sentences import measured
from reports.verdicts import GateResult
from tests.harness.live.scenes import calm

PHASES = (PhaseSpan(name="calm", begins=0, ends=10), PhaseSpan(name="brownout", begins=10, ends=20))


def op(number: int, at: float, took: float | None = 0.1, **changes: object) -> Op:
    values: dict[str, object] = {
        "kind": OpKind.CREATE,
        "location": "north",
        "purpose": Purpose.LOAD,
        "status": 202,
        "result": OpResult.OK,
        "share": f"id-{number}",
        "completed_at": None if took is None else at + took,
        **changes,
    }
    return Op(number=number, client="c", name=f"s{number}", intended_at=at, invoked_at=at, **values)  # type: ignore[arg-type]  # a test's own defaults


def change(number: int, at: float, share: str, before: str | None, after: str | None) -> StateChange:
    return StateChange(
        number=number, at=at, share=share, location="north", name="s", before=before, after=after, writer="processor"
    )


def gate(expression: str, history: History) -> GateResult:
    (result,) = evaluate([parse_gate(expression)], history, PHASES, load_ends=20)
    return result


def test_a_gate_reads_as_it_is_written() -> None:
    assert parse_gate(" p95( create.accept )<200ms   during  brownout ") == Gate(
        expression="p95( create.accept )<200ms during brownout",
        statistic=Percentile(percent=Decimal(95)),
        metric="create.accept",
        comparison=Comparison.BELOW,
        threshold=0.2,
        phase="brownout",
    )


def test_a_gate_may_name_cluster_gateway_and_phase_in_this_order() -> None:
    found = parse_gate("p95(create.accept) < 200ms on the north through nginx during the brownout")
    assert (found.cluster, found.gateway, found.phase) == ("the north", GatewayKind.NGINX, "the brownout")
    with pytest.raises(GateError, match=r"unknown gateway 'ngnix' .*'nginx'.*accepted: builtin, nginx, haproxy"):
        parse_gate("p95(create.accept) < 200ms through ngnix")


def test_the_usual_figures_are_what_gates_of_their_names_measure() -> None:
    ops = (op(1, 1.0), op(2, 3.0, 0.3), op(3, 4.0, None), op(4, 25.0))
    history = History(ops=ops, changes=(change(1, 2.5, "id-1", "pending", "active"), change(2, 26.0, "id-2", "a", "b")))
    found = figures(history, load_ends=20)
    assert found["count(create.accept)"] == 4
    assert found["max(create.active)"] == 23.0
    assert found["rate(goodput)"] == 1 / 20
    assert not any("delete" in name or "timeouts" in name for name in found), "there is nothing to measure"
    for name, value in found.items():
        unit = "" if name.startswith(("count", "rate")) else "s"
        assert gate(f"{name} >= 0{unit}", history).value == value, name


@pytest.mark.parametrize(
    ("expression", "threshold"),
    [
        ("max(op) <= 2m", 120.0),
        ("count(timeouts.gateway) < 3", 3.0),
        ("ratio(errors) < 5%", 0.05),
        ("ratio(errors) < 0.05", 0.05),
        ("rate(goodput) > 30/s", 30.0),
        ("rate(goodput) > 30/m", 0.5),
    ],
)
def test_thresholds_take_the_units_of_their_statistic(expression: str, threshold: float) -> None:
    assert parse_gate(expression).threshold == pytest.approx(threshold)


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("", "must read like"),
        ("p95(op)", "must read like"),
        ("p95(op) < -1s", "must read like"),
        ("p95(op) < 200", "with its unit, such as 200ms"),
        ("p95(op) < 3 parsecs", "the units are us, ms, s"),
        ("count(op) < 3s", "count takes no unit"),
        ("p95(errors) < 1s", "^p95 is not available for errors; available: count, rate, ratio$"),
        ("ratio(goodput) < 1", "^ratio is not available for goodput; available: count, rate$"),
        (
            "median(op) < 1s",
            r"^median is not available for op; available: pN .a percentile, such as p50, p99.9., min, mean, max, cou",
        ),
        ("p0(op) < 1s", "above p0 and at most p100"),
        ("p100.5(op) < 1s", "above p0 and at most p100"),
        ("p9.(op) < 1s", "not available"),
        ("max(list) < 1s on north", "list is not measured per cluster; measured per cluster: create.accept"),
        ("max(op) < 1s on", "on CLUSTER"),
        ("p95(create.acept) < 1s", "unknown metric 'create.acept' .did you mean 'create.accept'?"),
    ],
)
def test_a_bad_gate_says_what_is_accepted(expression: str, complaint: str) -> None:
    with pytest.raises(GateError, match=complaint):
        parse_gate(expression)


def test_white_space_is_one_space_in_names_too() -> None:
    read = parse_gate("max(op) < 1s on the\tnorth during  a\rstorm")
    assert (read.cluster, read.phase) == ("the north", "a storm")
    assert parse_gate(read.expression) == read


def test_a_percentile_is_the_nearest_rank() -> None:
    history = History(ops=tuple(op(i, i / 10, took=i / 100) for i in range(1, 21)))
    assert gate("p95(create.accept) <= 190ms", history).value == pytest.approx(0.19)
    assert gate("p95(create.accept) <= 190.1ms", history).passed
    assert not gate("p95(create.accept) < 189ms", history).passed
    assert gate("p50(create.accept) < 1s", history).value == pytest.approx(0.10)
    assert gate("max(create.accept) < 1s", history).value == pytest.approx(0.20)


def test_a_phase_counts_only_what_was_due_in_it() -> None:
    history = History(ops=(op(1, 9.9, took=5.0), op(2, 10.0, took=0.1), op(3, 20.0, took=5.0)))
    result = gate("max(create.accept) < 1s during brownout", history)
    assert (result.metric, result.phase, result.threshold) == ("create.accept", "brownout", 1.0)
    assert result.value == pytest.approx(0.1)
    assert result.passed


@pytest.mark.parametrize("expression", ["p95(create.accept) < 1s", "count(timeouts) < 1", "rate(goodput) < 1"])
def test_nothing_to_measure_never_passes(expression: str) -> None:
    result = gate(expression, History())
    assert result.value is None
    assert not result.passed


def test_no_timeout_is_a_zero_where_something_ran() -> None:
    result = gate("count(timeouts) < 1", History(ops=(op(1, 0),)))
    assert result.value == 0
    assert result.passed


def test_an_unknown_phase_never_passes() -> None:
    assert not gate("count(timeouts) < 1 during siesta", History(ops=(op(1, 0),))).passed


def test_refusals_do_not_count_as_accepted_but_unclear_answers_do() -> None:
    refused = op(1, 0, took=9, status=409, result=OpResult.FAIL)
    unclear = op(2, 0, took=3, status=None, result=OpResult.INFO)
    assert gate("max(create.accept) < 1s", History(ops=(refused, unclear))).value == pytest.approx(3)


def test_an_answer_that_never_came_fails_an_upper_bound_however_short_the_watch() -> None:
    history = History(ops=(op(1, 1.0, took=None, status=None, result=OpResult.INFO), op(2, 1.5, took=0.1)))
    result = gate("max(create.accept) < 10s", history)
    assert result.value == pytest.approx(0.6)
    assert not result.passed
    assert measured(result) == "measured 600 ms and still not ended"


def test_create_active_counts_from_the_due_instant_to_the_first_active() -> None:
    history = History(
        ops=(op(1, 1.0),),
        changes=(
            change(1, 1.1, "id-1", None, "pending"),
            change(2, 4.0, "id-1", "pending", "active"),
            change(3, 9.0, "id-1", "updating", "active"),
        ),
    )
    assert gate("max(create.active) < 10s", history).value == pytest.approx(3.0)
    assert gate("rate(goodput) > 0", history).value == pytest.approx(1 / 20)


def test_a_create_that_stays_pending_fails_the_gate_and_one_that_failed_is_left_out() -> None:
    failed = (change(1, 2.0, "id-2", "pending", "failing"), change(2, 3.0, "id-2", "failing", None))
    good = change(3, 2.0, "id-1", "pending", "active")
    ended = History(ops=(op(1, 1.0), op(2, 1.0)), changes=(*failed, good))
    assert gate("max(create.active) < 10s", ended).passed
    assert gate("max(create.removed) < 10s", ended).value == pytest.approx(2.0)
    stuck = History(ops=(op(1, 1.0), op(3, 1.0)), changes=(good,))
    assert not gate("max(create.active) < 10s", stuck).passed


def test_delete_gone_ends_with_the_record() -> None:
    ops = (op(1, 5.0, kind=OpKind.DELETE, share="id-1"),)
    history = History(ops=ops, changes=(change(1, 8.0, "id-1", "deleting", None),))
    assert gate("max(delete.gone) < 10s", history).value == pytest.approx(3.0)


def test_attempts_are_the_processors_own() -> None:
    attempts = (
        Attempt(number=1, hop=Hop.PROCESSOR, verb=Verb.CREATE, began_at=1, ended_at=1.5),
        Attempt(number=2, hop=Hop.CLIENT, verb=Verb.CREATE, began_at=1, ended_at=9),
        Attempt(number=3, hop=Hop.PROCESSOR, verb=Verb.SHOW, began_at=1, ended_at=9),
    )
    history = History(ops=(op(1, 0),), attempts=attempts)
    assert gate("max(attempt.create) < 1s", history).value == pytest.approx(0.5)
    assert gate("count(attempt.show) <= 1", history).value == 1


def test_timeouts_are_counted_by_hop_and_against_ops() -> None:
    timeouts = tuple(
        Timeout(number=i, at=12.0, hop=hop, site=Site.CONNECTOR_REPLY)
        for i, hop in enumerate((Hop.GATEWAY, Hop.CLIENT))
    )
    history = History(ops=tuple(op(i, 11.0) for i in range(4)), timeouts=timeouts)
    assert gate("count(timeouts.gateway) <= 1 during brownout", history).value == 1
    assert gate("ratio(timeouts) <= 50% during brownout", history).passed
    assert gate("count(timeouts) < 1 during calm", history).value is None


INFO, FAIL = OpResult.INFO, OpResult.FAIL


@pytest.mark.parametrize(
    ("how", "errors", "unclear"),
    [
        ({}, 0, 0),
        ({"result": FAIL, "status": 409, "cause": "share-exists"}, 0, 0),
        ({"result": FAIL, "status": 405, "cause": "share-pending"}, 0, 0),
        ({"result": FAIL, "status": 404, "kind": OpKind.GET}, 0, 0),
        ({"result": FAIL, "status": 422, "cause": "key-reused"}, 0, 0),
        ({"result": FAIL, "status": None, "cause": "connection-refused"}, 1, 0),
        ({"result": FAIL, "status": 429, "cause": "status-429"}, 1, 0),
        ({"result": FAIL, "status": 408, "cause": "status-408"}, 1, 0),
        ({"result": INFO, "status": None, "cause": "client-timeout"}, 1, 1),
        ({"result": INFO, "status": None, "cause": "connection-lost"}, 1, 1),
        ({"result": INFO, "status": 500}, 1, 1),
        ({"result": INFO, "status": 503, "cause": "cluster-unavailable"}, 1, 1),
        ({"result": INFO, "status": 504}, 1, 1),
        ({"result": INFO, "status": None, "took": None}, 1, 1),
    ],
)
def test_errors_are_what_the_service_failed_to_do_and_unclear_what_nobody_learnt(
    how: dict[str, Any], errors: int, unclear: int
) -> None:
    history = History(ops=(op(1, 0), op(2, 0, **how)))
    assert gate("count(errors) <= 0", history).value == errors
    assert gate("count(unclear) <= 0", history).value == unclear
    assert gate("ratio(errors) <= 0", history).passed is (errors == 0)


def test_a_gateway_that_is_dead_for_half_of_the_load_fails_the_gate_on_errors() -> None:
    down = kill("gateway", at=1.0, duration=1.0)
    gates = (parse_gate("ratio(errors) <= 0"), parse_gate("ratio(unclear) <= 0"))
    calmly = replace(calm(2.0), gates=gates)
    for scenario, passed in ((calmly, [True, True]), (replace(calmly, nemesis=(down,)), [False, True])):
        played = VirtualRunner(sampled=False).run_now(scenario, seed=2)
        results = evaluate(gates, played.history, played.phases, load_ends=played.load_ends)
        assert [result.passed for result in results] == passed, results


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("p75(op) < 1s", 0.75),
        ("p99.9(op) < 1s", 1.0),
        ("p0.1(op) < 1s", 0.01),
        ("p29(op) < 1s", 0.29),
        ("p100(op) < 1s", 1.0),
        ("min(op) < 1s", 0.01),
    ],
)
def test_any_percentile_and_the_least_can_be_asked_for(expression: str, value: float) -> None:
    history = History(ops=tuple(op(i, i / 10, took=i / 100) for i in range(1, 101)))
    assert gate(expression, history).value == pytest.approx(value)


def test_a_rank_is_reckoned_without_rounding() -> None:
    history = History(ops=tuple(op(i, 1.0, took=float(i)) for i in range(1, 1001)))
    assert gate("p99.9(op) < 2000s", history).value == pytest.approx(999.0)
    assert gate("p99.95(op) < 2000s", history).value == pytest.approx(1000.0)


def test_a_gate_may_be_about_one_cluster() -> None:
    ops = (op(1, 11.0, took=0.1), op(2, 11.0, took=3.0, location="south"), op(3, 1.0, took=9.0))
    attempts = (
        Attempt(number=1, hop=Hop.PROCESSOR, location="north", verb=Verb.CREATE, began_at=1, ended_at=1.5),
        Attempt(number=2, hop=Hop.PROCESSOR, location="south", verb=Verb.CREATE, began_at=1, ended_at=9),
    )
    history = History(ops=ops, attempts=attempts)
    assert parse_gate("max(op) < 1s on north during brownout").cluster == "north"
    assert gate("max(op) < 1s on north during brownout", history).value == pytest.approx(0.1)
    assert gate("max(op) < 1s on south", history).value == pytest.approx(3.0)
    assert gate("max(attempt.create) < 1s on north", history).passed
    assert not gate("max(attempt.create) < 1s on south", history).passed
    nowhere = gate("count(errors) <= 0 on east", history)
    assert (nowhere.value, nowhere.passed) == (None, False)


def test_what_never_ended_on_a_cluster_is_watched_as_long_as_the_run() -> None:
    ops = (op(1, 1.0, took=None, status=None, result=INFO), op(2, 9.0, took=1.0, location="south"))
    last = Reading(number=1, at=20.0, side="api", round=2)
    result = gate("max(op) < 30s on north", History(ops=ops, readings=(last,)))
    assert result.value == pytest.approx(19.0)
    assert not result.passed


@pytest.mark.parametrize(
    "expression",
    [
        "count(delete.gone) <= 5",
        "rate(resize.accept) < 1",
        "count(list) < 9",
        "count(attempt.create) <= 9",
        "count(errors) <= 0 during brownout",
        "count(goodput) <= 9 during brownout",
    ],
)
def test_a_count_of_what_was_never_asked_for_does_not_pass(expression: str) -> None:
    result = gate(expression, History(ops=(op(1, 0),)))
    assert (result.value, result.passed, measured(result)) == (None, False, "nothing to measure")


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("p99.9(op) < 1s", "measured 100 ms"),
        ("min(op) < 1s", "measured 100 ms"),
        ("ratio(errors) <= 1%", "measured 0%"),
        ("rate(goodput) < 9/s", "measured 0/s"),
        ("count(errors) <= 0", "measured 0"),
    ],
)
def test_a_result_is_said_in_the_unit_of_what_it_measures(expression: str, words: str) -> None:
    assert measured(gate(expression, History(ops=(op(1, 0),)))) == words


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_every_metric_takes_its_statistics(metric: object) -> None:
    assert isinstance(metric, type(METRICS["op"]))
    history = History(ops=(op(1, 0),))
    for statistic in statistics_of(metric):
        unit = "" if statistic in {Statistic.COUNT, Statistic.RATE, Statistic.RATIO} else "s"
        gate(f"{statistic}({metric.name}) < 1{unit}", history)
        if metric.per_cluster:
            gate(f"{statistic}({metric.name}) < 1{unit} on north during calm", history)


@given(
    st.text()
    | st.from_regex(r"[\w.]+ ?\( ?[a-z.]+ ?\) ?[<>=]{1,2} ?[0-9.]+ ?[a-z%/]*( on .*)?( during .*)?", fullmatch=True)
    | st.from_regex(r"p[0-9.]+\(op\) < [0-9]{1,4}ms( on [^\n]*)?( during [^\n]*)?", fullmatch=True)
)
def test_any_text_is_a_gate_or_a_gate_error(text: str) -> None:
    try:
        parsed = parse_gate(text)
    except GateError:
        return
    assert parse_gate(parsed.expression) == parsed


def test_a_phase_wins_over_a_fault_of_the_same_name() -> None:
    spans = (*PHASES, PhaseSpan(name="calm", begins=15, ends=20, disturbed=True))
    (result,) = evaluate([parse_gate("count(op) <= 1 during calm")], History(ops=(op(1, 1.0),)), spans, load_ends=20)
    assert result.value == 1
