"""The table of shares: each name once, with its newest record, what was tried for it, and its size."""

from connector.values import replace
from harness.sandbox.shares import SandboxShares
from reports.history import OpResult, Reading, SeenShare
from tests.harness.sandbox.rows import change, command


def test_a_record_moves_and_a_newer_one_takes_its_place() -> None:
    table = SandboxShares()
    table.moved(change(1, 1.0, None, "pending", writer="api"))
    table.moved(change(2, 2.0, "pending", "failing", reason="full"))
    (row,) = table.rows()
    assert (row.state, row.made, row.since, row.reason) == ("failing", 1.0, 2.0, "full")
    table.moved(change(3, 3.0, "failing", None))
    assert table.counts() == {"removed": 1}
    table.moved(change(4, 4.0, None, "pending", writer="api", share="s2"))
    (row,) = table.rows()
    assert (row.share, row.state, row.made, row.tries) == ("s2", "pending", 4.0, 0)


def test_commands_count_once_though_they_come_again_when_they_end() -> None:
    table = SandboxShares()
    table.moved(change(1, 1.0, None, "pending", writer="api"))
    begun = command(1, 1.5, None, OpResult.INFO)
    table.tried([begun])
    table.tried(
        [replace(begun, ended_at=2.0, result=OpResult.OK), command(2, 2.1, 2.2), command(3, 1, 2, share="other")]
    )
    row = table.get("north", "one")
    assert row is not None
    assert row.tries == 2
    assert row.last == command(2, 2.1, 2.2)


def test_an_earlier_command_that_is_still_under_way_does_not_make_the_later_ones_count_again() -> None:
    table = SandboxShares()
    table.moved(change(1, 1.0, None, "pending", writer="api"))
    rows = [command(1, 1.5, None, OpResult.INFO), command(2, 1.6, 1.7)]
    for _ in range(5):
        table.tried(rows)
    row = table.get("north", "one")
    assert row is not None
    assert (row.tries, row.last) == (2, rows[1])


def test_a_service_without_a_log_is_known_by_its_records_alone() -> None:
    table = SandboxShares()
    seen = SeenShare(location="north", name="one", share="7", state="building", size=5)
    table.read(Reading(number=1, at=1.0, side="api", round=0, shares=(seen,)))
    table.read(Reading(number=2, at=2.0, side="api", round=0, shares=(replace(seen, state="active"),)))
    (row,) = table.rows()
    assert (row.state, row.since, row.size) == ("active", 2.0, 5)
    table.read(Reading(number=3, at=3.0, side="api", round=0))
    assert [row.state for row in table.rows()] == ["removed"]


def test_what_is_under_way_comes_first_and_then_the_newest() -> None:
    table = SandboxShares()
    for number, (name, after) in enumerate([("old", "active"), ("new", "active"), ("busy", "pending")], start=1):
        table.moved(change(number, float(number), None, after, name=name, share=name))
    assert [row.name for row in table.rows()] == ["busy", "new", "old"]
