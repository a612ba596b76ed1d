"""Stories: each record's moves in the order of the log, and one path for all records that took the same."""

from math import inf

from harness.checkers.record_timeline import timelines_of
from reports.history import StateChange
from tests.harness.checkers.histories import change


def _created(share: str, number: int, *, at: float = 1.0) -> tuple[StateChange, ...]:
    return (
        change(number, at, None, "pending", share=share, writer="api"),
        change(number + 1, at + 1.0, "pending", "active", share=share),
    )


def _deleted(share: str, number: int, *, at: float = 3.0) -> tuple[StateChange, ...]:
    return (
        change(number, at, "active", "deleting", share=share, writer="api"),
        change(number + 1, at + 1.0, "deleting", None, share=share),
    )


def test_records_that_made_the_same_moves_have_one_path_between_them() -> None:
    timelines = timelines_of((*_created("A", 1), *_created("B", 3, at=9.0), *_created("C", 5), *_deleted("C", 7)))
    assert timelines["A"].path is timelines["B"].path
    assert timelines["C"].path is not timelines["A"].path


def test_another_writer_makes_another_path() -> None:
    timelines = timelines_of(
        (*_created("A", 1), *_created("B", 3)[:1], change(4, 2.0, "pending", "active", share="B", writer="api"))
    )
    assert timelines["A"].path is not timelines["B"].path


def test_a_timeline_is_told_in_the_order_of_the_log_whatever_the_order_of_its_rows() -> None:
    rows = (*_created("A", 1), *_deleted("A", 3))
    assert list(timelines_of(tuple(reversed(rows)))["A"].changes) == list(rows)


def test_a_timeline_finds_the_first_move_into_a_state_and_its_removal() -> None:
    again = (change(3, 4.0, "active", "updating", writer="api"), change(4, 5.0, "updating", "active"))
    timeline = timelines_of((*_created("A", 1), *again, *_deleted("A", 5, at=6.0)))["A"]
    active, removed = timeline.first("active"), timeline.removed
    assert active is not None
    assert removed is not None
    assert (active.number, removed.number, timeline.first("failing")) == (2, 6, None)


def test_a_state_lasts_until_the_next_move_and_the_last_one_for_ever() -> None:
    updated = (change(3, 4.0, "active", "updating", writer="api"), change(4, 5.0, "updating", "active"))
    timeline = timelines_of((*_created("A", 1), *updated))["A"]
    assert [timeline.span(place) for place in timeline.path.active] == [(2.0, 4.0), (5.0, inf)]
    assert [timeline.span(place) for place in timeline.path.there] == [(2.0, 4.0), (4.0, 5.0), (5.0, inf)]
