"""Gates read well, measure what they say, and never pass for want of data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.operations import Verb
from connector.sites import Site
from harness.errors import GateError
from harness.gates import evaluate, parse_gate, statistics_of
from harness.metrics import METRICS
from harness.scenario.scenario import Comparison, Gate, Statistic
from reports.history import Attempt, History, Hop, Op, OpKind, OpResult, Purpose, StateChange, Timeout
from reports.journal import PhaseSpan
from reports.sentences import measured
from reports.verdicts import GateResult

PHASES = (PhaseSpan(name="calm", begins=0, ends=10), PhaseSpan(name="brownout", begins=10, ends=20))


def op(number: int, at: float, took: float | None = 0.1, **changes: object) -> Op:
    values: dict[str, object] = {
        "kind": OpKind.CREATE,
        "purpose": Purpose.LOAD,
        "status": 202,
        "result": OpResult.OK,
        "share": f"id-{number}",
        "completed_at": None if took is None else at + took,
        **changes,
    }
    return Op(number=number, client="c", location="north", name=f"s{number}", intended_at=at, invoked_at=at, **values)  # type: ignore[arg-type]  # a test's own defaults


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
        statistic=Statistic.P95,
        metric="create.accept",
        comparison=Comparison.BELOW,
        threshold=0.2,
        phase="brownout",
    )


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
        ("p95(errors) < 1s", "'p95' of errors is not a thing; accepted: count, rate, ratio"),
        ("ratio(goodput) < 1", "accepted: count, rate"),
        ("p97(op) < 1s", "accepted: p50, p90, p95, p99, max, mean, count, rate"),
        ("p95(create.acept) < 1s", "unknown metric 'create.acept' .did you mean 'create.accept'?"),
    ],
)
def test_a_bad_gate_says_what_is_accepted(expression: str, complaint: str) -> None:
    with pytest.raises(GateError, match=complaint):
        parse_gate(expression)


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


def test_errors_are_ops_with_an_unknown_outcome() -> None:
    ops = (op(1, 0), op(2, 0, result=OpResult.INFO, status=504), op(3, 0, result=OpResult.FAIL, status=409))
    assert gate("ratio(errors) < 50%", History(ops=ops)).value == pytest.approx(1 / 3)


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_every_metric_takes_its_statistics(metric: object) -> None:
    assert isinstance(metric, type(METRICS["op"]))
    history = History(ops=(op(1, 0),))
    for statistic in statistics_of(metric):
        unit = "" if statistic in {Statistic.COUNT, Statistic.RATE, Statistic.RATIO} else "s"
        gate(f"{statistic}({metric.name}) < 1{unit}", history)


@given(st.text() | st.from_regex(r"\w+ ?\( ?[a-z.]+ ?\) ?[<>=]{1,2} ?[0-9.]+ ?[a-z%/]*( during .*)?", fullmatch=True))
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
