"""L4: a run that stays down at unchanged load is invalid, and the loop that holds it there is named."""

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.history import Attempt, History, Hop, Op, OpResult, StateChange
from reports.verdicts import Verdict
from tests.harness.checkers.histories import attempt, change, finding, op

BOUNDS = Bounds(disturbed=((100.0, 110.0),), recovery=20.0, load_ends=230.0)


def run(*, bad_after: float, attempts_after: int = 1) -> History:
    """A create a second; after 130 s a part `bad_after` of them never comes to anything."""
    ops: list[Op] = []
    changes: list[StateChange] = []
    attempts: list[Attempt] = []
    for number in range(230):
        at, share = float(number), f"S{number}"
        late = at >= 130 and (number % 10) < bad_after * 10
        ops.append(op(number, at, share=share, name=share))
        changes.append(change(2 * number, at + 0.1, None, "pending", share=share, name=share))
        if not late:
            changes.append(change(2 * number + 1, at + 0.6, "pending", "active", share=share, name=share))
        tries = attempts_after if at >= 130 else 1
        attempts += [_try(len(attempts) + number_of_try, at, share) for number_of_try in range(tries)]
    return History(ops=tuple(ops), changes=tuple(changes), attempts=tuple(attempts))


def _try(number: int, at: float, share: str) -> Attempt:
    return attempt(number, at, share=share, name=share, hop=Hop.PROCESSOR, result=OpResult.INFO)


def test_goodput_that_comes_back_is_recovery() -> None:
    found = finding(run(bad_after=0.0), "L4", BOUNDS)
    assert (found.verdict, found.summary) == (
        Verdict.VALID,
        "holds: goodput 100% before, 100% during, 100% after; tries per create 1.0, 1.0, 1.0",
    )


def test_what_a_disturbance_cost_stands_in_the_verdict() -> None:
    history = run(bad_after=0.0)
    changes = tuple(row for row in history.changes if not (row.after == "active" and 100 <= row.at < 115))
    again = tuple(_try(10_000 + number, 105.0, f"S{number}") for number in range(30))
    found = finding(replace(history, changes=changes, attempts=(*history.attempts, *again)), "L4", BOUNDS)
    assert found.summary == "holds: goodput 100% before, 50% during, 100% after; tries per create 1.0, 2.0, 1.0"


def test_goodput_that_stays_away_is_an_anomaly_that_names_the_loop() -> None:
    found = finding(run(bad_after=0.7, attempts_after=4), "L4", BOUNDS)
    assert found.verdict is Verdict.INVALID
    assert "goodput 100% before, 100% during, 30% after; tries per create 1.0, 1.0, 4.0" in found.anomalies[0].message
    assert "processor retrying create, 4.0 times as often as before" in found.anomalies[0].message


def test_a_storm_that_goes_on_is_an_anomaly_even_where_goodput_is_back() -> None:
    found = finding(run(bad_after=0.0, attempts_after=3), "L4", BOUNDS)
    assert "a retry storm goes on" in found.anomalies[0].message


def test_a_slow_create_is_no_goodput() -> None:
    history = run(bad_after=0.0)
    slow = tuple(
        replace(row, at=row.at + 30) if row.after == "active" and row.at > 130 else row for row in history.changes
    )
    assert finding(replace(history, changes=slow), "L4", BOUNDS).verdict is Verdict.INVALID


def test_too_little_load_after_the_disturbance_is_not_judged() -> None:
    found = finding(run(bad_after=0.7), "L4", replace(BOUNDS, load_ends=135.0))
    assert not found.judged
    assert "too little load" in found.summary


def test_too_short_a_baseline_is_not_judged() -> None:
    assert not finding(run(bad_after=0.7), "L4", replace(BOUNDS, disturbed=((5.0, 110.0),))).judged
