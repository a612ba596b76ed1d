"""A history agrees with itself; one doctored row is found, named and dated, and spoils nothing else."""

import math

import pytest

from connector.values import replace
from harness.differential.agreement import Agreement, agreement
from harness.differential.history_line import HistoryTable
from harness.differential.history_lines import lines_of
from reports.history import History, Op, OpKind, OpResult, Purpose
from tests.harness.differential.scenes import history


def _op(kind: OpKind = OpKind.CREATE, purpose: Purpose = Purpose.LOAD) -> Op:
    """One from the middle of the run."""
    found = [op for op in history().ops if (op.kind, op.purpose, op.result) == (kind, purpose, OpResult.OK)]
    return found[len(found) // 2]


def _with_op(changed: Op) -> History:
    ops = tuple(changed if op.number == changed.number else op for op in history().ops)
    return replace(history(), ops=ops)


def _slower(seconds: float) -> History:
    """Every answer takes so much longer."""
    ops = (
        replace(op, completed_at=None if op.completed_at is None else op.completed_at + seconds) for op in history().ops
    )
    return replace(history(), ops=tuple(ops))


def _only(found: Agreement) -> str:
    (difference,) = found.differences
    return difference.line.words


def test_a_history_agrees_with_itself_and_every_table_has_rows() -> None:
    found = agreement(history(), history())
    assert found.holds
    assert all(figures.paired == figures.left == figures.right > 0 for figures in found.tables)
    assert all(quantile.value == 0.0 for figures in found.series for quantile in figures.overhead)


def test_keys_are_unique_in_each_table() -> None:
    for lines in lines_of(history()).values():
        assert len({line.key for line in lines}) == len(lines)


def test_the_last_bit_of_one_instant_is_a_difference() -> None:
    op = _op()
    assert op.completed_at is not None
    found = agreement(history(), _with_op(replace(op, completed_at=math.nextafter(op.completed_at, math.inf))))
    assert not found.holds
    assert op.client in _only(found)
    assert op.name in _only(found)
    assert [each.field for each in found.differences[0].fields] == ["completed"]
    assert found.differences[0].at == op.invoked_at


def test_another_outcome_is_a_difference_in_any_pair_of_worlds() -> None:
    op = _op()
    doctored = _with_op(replace(op, result=OpResult.INFO, status=504))
    for bound in (None, 10.0):
        found = agreement(history(), doctored, bound=bound)
        assert not found.holds
        assert {each.field: (each.left, each.right) for each in found.differences[0].fields} == {
            "result": (OpResult.OK, OpResult.INFO),
            "status": (202, 504),
        }


def test_a_missing_effect_is_named_with_its_cluster() -> None:
    effect = history().effects[3]
    kept = tuple(row for row in history().effects if row != effect)
    found = agreement(history(), replace(history(), effects=kept), bound=10.0)
    assert _only(found) == f"created {effect.name!r} on north"
    assert found.differences[0].right is None
    effects = next(figures for figures in found.tables if figures.table is HistoryTable.EFFECTS)
    assert (effects.only_left, effects.only_right) == (1, 0)


def test_the_first_difference_is_the_earliest() -> None:
    early, late = history().changes[2], history().changes[-2]
    changes = tuple(replace(row, reason="other") if row in {early, late} else row for row in history().changes)
    found = agreement(history(), replace(history(), changes=changes))
    assert [difference.at for difference in found.differences] == [early.at, late.at]


def test_rows_of_one_instant_may_stand_in_either_order() -> None:
    changes = tuple(sorted(history().changes, key=lambda row: (row.at, -row.number)))
    renumbered = tuple(replace(row, number=number) for number, row in enumerate(changes, start=1))
    assert agreement(history(), replace(history(), changes=renumbered)).holds


@pytest.mark.parametrize(("seconds", "holds"), [(0.01, True), (0.03, False), (-0.03, False)])
def test_within_a_bound_latencies_may_differ_and_beyond_it_not(seconds: float, holds: bool) -> None:
    found = agreement(history(), _slower(seconds), bound=0.02)
    assert found.differences == ()
    assert found.holds is holds
    accept = next(figures for figures in found.series if figures.name == "create.accept")
    assert [quantile.value for quantile in accept.overhead] == pytest.approx([seconds] * 3)
    assert [quantile.low <= quantile.value <= quantile.high for quantile in accept.overhead] == [True] * 3


def test_a_single_op_may_be_much_faster_but_not_much_slower() -> None:
    op = next(op for op in history().ops if op.kind is OpKind.CREATE and op.result is OpResult.OK)
    assert op.completed_at is not None
    assert agreement(history(), _with_op(replace(op, completed_at=op.completed_at - 9.0)), bound=0.02).holds
    assert not agreement(history(), _with_op(replace(op, completed_at=op.completed_at + 9.0)), bound=0.02).holds


def test_two_early_ops_say_nothing_of_the_median_and_thirty_do() -> None:
    for count, holds in ((2, True), (30, False)):
        ops = tuple(op for op in history().ops if op.kind is OpKind.GET and op.completed_at is not None)[:count]
        early = tuple(replace(op, completed_at=(op.completed_at or 0.0) - 1.0) for op in ops)
        assert agreement(History(ops=ops), History(ops=early), bound=0.02).holds is holds


def test_what_a_poll_saw_counts_only_where_all_must_be_equal() -> None:
    poll = _op(OpKind.GET, Purpose.POLL)
    doctored = _with_op(replace(poll, state="updating"))
    assert not agreement(history(), doctored).holds
    found = agreement(history(), doctored, bound=1.0)
    assert found.holds
    assert sum(figures.passing for figures in found.tables) == 1


def test_shares_that_met_something_else_give_no_overhead() -> None:
    op = _op()
    assert op.completed_at is not None
    doctored = _with_op(replace(op, status=201, completed_at=op.completed_at + 100.0))
    accept = next(
        figures for figures in agreement(history(), doctored, bound=1.0).series if figures.name == "create.accept"
    )
    assert accept.excluded >= 1
    assert accept.within(1.0)


def test_the_largest_differences_name_their_ops() -> None:
    op = _op()
    assert op.completed_at is not None
    (shift,) = agreement(history(), _with_op(replace(op, completed_at=op.completed_at + 2.0))).largest
    assert shift.series == "create.accept"
    assert shift.seconds == pytest.approx(2.0)
    assert op.client in shift.words


def test_where_nothing_was_compared_nothing_agrees() -> None:
    found = agreement(History(), History())
    assert not found.compared
    assert not found.holds


def test_histories_part_where_the_first_row_is_no_longer_the_same() -> None:
    assert agreement(history(), history()).first_difference is None
    command = next(row for row in history().attempts if row.is_command and row.ended_at is not None)
    ended = (command.ended_at or 0.0) + 0.5
    slower = tuple(replace(row, ended_at=ended) if row is command else row for row in history().attempts)
    found = agreement(history(), replace(history(), attempts=slower)).first_difference
    assert found is not None
    assert found.at == command.ended_at
    commands = [row for row in history().attempts if row.is_command]
    assert found.commands == sum(command.ended_at in (row.began_at, row.ended_at) for row in commands) > 0
