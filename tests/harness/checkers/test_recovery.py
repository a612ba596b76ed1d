"""L4: a run that stays down at unchanged load is invalid, and the loop that holds it there is named."""

from collections.abc import Callable

import pytest

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


def steady(wait: Callable[[int], float | None], *, seconds: int = 230, tries: int = 1) -> History:
    """A create a second. wait: how long each takes, by its number; None: it never comes to anything."""
    rows = [op(number, float(number), share=f"S{number}", name=f"S{number}") for number in range(seconds)]
    active = [
        change(number, number + took, "pending", "active", share=f"S{number}", name=f"S{number}")
        for number in range(seconds)
        if (took := wait(number)) is not None
    ]
    attempts = [
        _try(100 * number + each, float(number), f"S{number}") for number in range(seconds) for each in range(tries)
    ]
    return History(ops=tuple(rows), changes=tuple(active), attempts=tuple(attempts))


def said(history: History, bounds: Bounds = BOUNDS) -> str:
    """The message of the anomaly, or the summary."""
    found = finding(history, "L4", bounds)
    return found.anomalies[0].message if found.anomalies else found.summary


GOODPUT_BACK = "holds: goodput 100% before, 100% during, 100% after; tries per create 1.0, 1.0, 1.0"


def goodput(before: int, during: int, after: int) -> str:
    return f"goodput {before}% before, {during}% during, {after}% after; tries per create 1.0, 1.0, 1.0"


@pytest.mark.parametrize(
    ("wait", "after"),
    [
        (lambda number: 2.0 if number < 100 else 6.0, 100),
        (lambda number: 2.0 if number < 100 else 6.5, 0),
        (lambda number: (1.0 if number == 50 else 2.0) if number < 100 else 6.0, 100),
        (lambda number: 2.0 if number < 100 else 4.0 if number == 100 else 6.5, 0),
        (lambda number: 0.25 if number < 100 else 1.0, 100),
        (lambda number: 0.25 if number < 100 else 1.25, 0),
    ],
    ids=["three times as long", "longer", "the slowest counts", "the first disturbed", "a second", "more than that"],
)
def test_a_create_may_take_three_times_as_long_as_the_slowest_before_and_at_least_a_second(
    wait: Callable[[int], float], after: int
) -> None:
    assert goodput(100, 100 if after else 3 if wait(100) == 4.0 else 0, after) in said(steady(wait))


def test_recovery_is_awaited_from_the_end_of_the_last_disturbance() -> None:
    twice = replace(BOUNDS, disturbed=((100.0, 110.0), (105.0, 107.0)))
    assert goodput(100, 90, 100) in said(steady(lambda number: None if 127 <= number < 130 else 0.5), twice)


@pytest.mark.parametrize(
    ("bad", "comes_back"),
    [
        (lambda number: number >= 130 and number % 10 == 0, True),
        (lambda number: number >= 130 and number % 9 == 0, False),
    ],
    ids=["nine of ten", "fewer"],
)
def test_nine_of_ten_is_goodput_enough(bad: Callable[[int], bool], comes_back: bool) -> None:
    assert said(steady(lambda number: None if bad(number) else 0.5)).startswith("holds") is comes_back


@pytest.mark.parametrize(("good", "comes_back"), [(30, False), (31, True)])
def test_twice_the_standard_deviation_of_a_poor_baseline_is_forgiven(good: int, comes_back: bool) -> None:
    """Half of 100 creates before, and of 100 after: nine tenths of that, less 2 * 0.0707, is 0.309."""
    history = steady(lambda number: 0.5 if (number % 2 if number < 130 else number - 130 < good) else None)
    assert said(history).startswith("holds") is comes_back


def test_twice_as_many_tries_are_a_storm() -> None:
    doubled = run(bad_after=0.0, attempts_after=2)
    assert said(doubled) == "a retry storm goes on: processor retrying create, 2.0 times as often as before"
    assert said(run(bad_after=0.7, attempts_after=2)).endswith(
        "; processor retrying create, 2.0 times as often as before"
    )


def test_the_witnesses_of_a_storm_are_the_first_tries_after_the_time_to_recover() -> None:
    storm = run(bad_after=0.0, attempts_after=2)
    later = attempt(99_999, 230.0)
    [found] = finding(replace(storm, attempts=(later, *storm.attempts)), "L4", BOUNDS).anomalies
    assert [(row.number, row.at) for row in found.witnesses] == [(130, 130.0), (131, 130.0), (132, 131.0)]


def test_the_loop_that_grew_most_is_named_and_one_that_ended_is_not() -> None:
    storm = run(bad_after=0.0, attempts_after=4)
    shows = tuple(attempt(50_000 + number, float(number), share=f"S{number}", verb="show") for number in range(230))
    ended = tuple(attempt(60_000 + number, float(number), share=f"S{number}", verb="delete") for number in range(50))
    history = replace(storm, attempts=(*storm.attempts, *shows, *ended))
    assert said(history) == "a retry storm goes on: processor retrying create, 4.0 times as often as before"


@pytest.mark.parametrize(
    ("bounds", "summary"),
    [
        (Bounds(load_ends=230.0), "not judged: nothing was disturbed"),
        (replace(BOUNDS, disturbed=((20.0, 110.0),)), GOODPUT_BACK),
        (
            replace(BOUNDS, disturbed=((19.0, 110.0),)),
            "not judged: the baseline before the first disturbance has 19 creates, fewer than 20",
        ),
        (replace(BOUNDS, load_ends=150.0), GOODPUT_BACK),
        (
            replace(BOUNDS, load_ends=149.0),
            "not judged: too little load 20 s after the last disturbance: 19 creates",
        ),
    ],
    ids=["undisturbed", "20 creates before", "19 creates before", "20 creates after", "19 creates after"],
)
def test_goodput_is_compared_where_there_is_enough_load(bounds: Bounds, summary: str) -> None:
    assert said(run(bad_after=0.0), bounds) == summary


@pytest.mark.parametrize(("good", "judged"), [(0, False), (1, True)])
def test_a_baseline_in_which_nothing_came_to_anything_is_none(good: int, judged: bool) -> None:
    history = steady(lambda number: 0.5 if number < good or number >= 130 else None)
    assert finding(history, "L4", BOUNDS).judged is judged


def test_a_storm_is_judged_where_nothing_was_disturbed() -> None:
    asks = tuple(attempt(number, 0.25 * number, fence=number) for number in range(200))
    assert said(History(attempts=asks), Bounds()).startswith("north/a: asks do not back off")


def test_neither_lists_nor_what_a_gateway_sent_on_are_tries() -> None:
    history = run(bad_after=0.7)
    others = [attempt(20_000 + number, 130.0 + number / 10, verb="list", share=None, name="") for number in range(900)]
    others += [attempt(30_000 + number, 130.0 + number / 10, hop=Hop.GATEWAY) for number in range(900)]
    found, alone = (
        finding(replace(history, attempts=(*history.attempts, *rows)), "L4", BOUNDS) for rows in (others, ())
    )
    assert found.verdict is Verdict.INVALID
    assert found.anomalies == alone.anomalies
