"""What happened, line by line: a listener that left goes on where it was, or is told all that is kept."""

from harness.sandbox.happened import KEPT, Happened, Happening, line_of
from tests.harness.sandbox.rows import change, effect, nemesis


def test_a_listener_goes_on_where_it_was() -> None:
    happened = Happened()
    for number in range(5):
        happened.add(Happening(at=float(number), kind="change", text=str(number)))
    fresh = happened.after(3)
    assert fresh is not None
    assert [line.number for line in fresh] == [4, 5]
    assert happened.after(5) == ()


def test_a_listener_that_was_away_too_long_or_comes_from_another_start_is_told_all() -> None:
    happened = Happened()
    assert happened.after(7) is None
    for number in range(KEPT + 10):
        happened.add(Happening(at=float(number), kind="change", text=str(number)))
    assert happened.after(9) is None
    assert happened.after(10) is not None
    assert len(happened.lines()) == KEPT


def test_rows_of_the_history_are_lines() -> None:
    told = [line_of(row) for row in (change(1, 1.0, None, "pending", writer="api"), effect(1, 2.0), nemesis(1, 3.0))]
    assert [line.text for line in told if line is not None] == [
        "north/one: asked for → pending by the api",
        "north/one: created on the cluster",
        "by hand: kill processor",
    ]


def test_a_number_of_another_start_is_none_of_this_one() -> None:
    before, happened = Happened("one"), Happened("two")
    for lines in (before, happened):
        lines.add(Happening(at=1.0, kind="change", text="a line"))
    assert happened.number_of(happened.last_id) == 1
    assert [happened.number_of(word) for word in (before.last_id, "1", "", "two-", "two-x", "two-²")] == [None] * 6


def test_lines_come_in_the_order_of_their_instants_whenever_they_were_read() -> None:
    happened = Happened()
    for at in (5.0, 1.0, 3.0):
        happened.add(Happening(at=at, kind="change", text=f"{at}"))
    assert [line.text for line in happened.lines()] == ["1.0", "3.0", "5.0"]
