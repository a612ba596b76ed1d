"""Witnesses: rows of the history in words."""

import pytest

from harness.checkers.witness import anomaly, of_change, of_op, of_reading
from reports.history import OpResult, SeenShare
from tests.harness.checkers.histories import ON_CLUSTER, RECORD, change, op, reading


def test_an_op_is_told_with_its_answer() -> None:
    assert of_op(op(1, 1.0)).text.endswith(": ok 202, state pending")
    assert of_op(op(1, 1.0, result=OpResult.INFO, status=None, state=None)).text.endswith(": never clear")


@pytest.mark.parametrize(
    ("share", "seen"),
    [
        (RECORD, "shows north/a state active"),
        (ON_CLUSTER, "shows north/a"),
        (SeenShare(location="north", name="a", complete=False), "shows north/a half-made"),
        (None, "does not show b"),
    ],
    ids=["a record", "a share", "a half-made share", "absent"],
)
def test_a_reading_is_told_with_what_it_shows(share: SeenShare | None, seen: str) -> None:
    assert of_reading(reading("north", 1), share, absent="b").text == f"reading 1 of north {seen}"


def test_a_reading_that_is_about_no_share_says_how_much_it_shows() -> None:
    assert of_reading(reading("north", 1, ON_CLUSTER)).text == "reading 1 of north shows 1 share"
    assert of_reading(reading("api", 2, RECORD, RECORD)).text == "reading 2 of api shows 2 records"
    assert of_reading(reading("north", 2, sessions=1)).text == "reading 2 of north shows 0 shares and 1 open session"
    assert of_reading(reading("north", 2, sessions=3)).text == "reading 2 of north shows 0 shares and 3 open sessions"


def test_a_reading_that_failed_shows_nothing() -> None:
    assert of_reading(reading("north", 1, ok=False)).text == "reading 1 of north could not be read"


def test_witnesses_stand_in_the_order_of_their_instants_and_may_be_missing() -> None:
    rows = (of_op(op(2, 4.0)), None, of_op(op(1, 1.0)))
    found = anomaly("S1", "north", "a", "is wrong", *rows)
    assert ([row.number for row in found.witnesses], found.message) == ([1, 2], "north/a: is wrong")
    assert anomaly("S1", "", "", "is wrong").message == "is wrong"


def test_a_change_is_told_from_its_making_to_its_removal() -> None:
    assert of_change(change(1, 1.0, None, "pending")).text == "processor moved north/a no record -> pending"
    assert of_change(change(2, 1.0, "deleting", None)).text == "processor moved north/a deleting -> removed"
