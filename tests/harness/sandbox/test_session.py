"""The session of a sandbox: what it is told it tells again at the next start."""

from pathlib import Path

import pytest

from connector.values import replace
from harness.errors import OutputError
from harness.sandbox.session import Session, merged
from reports.history import History, OpResult
from tests.harness.sandbox.rows import effect, nemesis, op


def test_rows_come_back_and_a_later_row_of_a_number_counts(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    asked = op(1, 0.5)
    with Session(path, "sandbox") as session:
        assert session.is_new
        session.begin(1000.0)
        session.add(asked, effect(1, 1.0), nemesis(1, 2.0))
        session.add(replace(asked, completed_at=0.7, result=OpResult.OK, status=202))
    again = Session(path, "sandbox")
    assert again.began == 1000.0
    assert [(row.number, row.status) for row in again.before.ops] == [(1, 202)]
    assert again.before.effects == (effect(1, 1.0),)
    assert [row.name for row in again.effects()["north"]] == ["one"]


def test_half_a_line_of_a_killed_process_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    with Session(path, "sandbox") as session:
        session.begin(1000.0)
        session.add(effect(1, 1.0))
    path.write_text(path.read_text() + '{"effect":{"number":2,"at"')
    assert Session(path, "sandbox").before.effects == (effect(1, 1.0),)


def test_the_state_of_another_scenario_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    with Session(path, "sandbox") as session:
        session.begin(1000.0)
    with pytest.raises(OutputError, match="the state of a sandbox of 'sandbox'"):
        Session(path, "brownout")
    path.write_text("[]\n")
    with pytest.raises(OutputError, match="is no session of a sandbox"):
        Session(path, "sandbox")


def test_rows_of_two_starts_are_numbered_as_one_history() -> None:
    before = History(effects=(effect(1, 1.0), effect(2, 2.0)), nemesis=(nemesis(1, 1.5),))
    now = History(effects=(effect(1, 9.0),), nemesis=(nemesis(1, 8.0),))
    history = merged(before, now)
    assert [(row.number, row.at) for row in history.effects] == [(1, 1.0), (2, 2.0), (3, 9.0)]
    assert [(row.number, row.at) for row in history.nemesis] == [(1, 1.5), (2, 8.0)]


def test_a_full_disk_is_one_clear_error_each_time(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    session = Session(path, "sandbox")
    path.symlink_to("/dev/full")
    with session:
        for _ in range(2):
            with pytest.raises(OutputError, match=r"session\.jsonl: cannot be written: No space left on device"):
                session.add(op(1, 1.0))
