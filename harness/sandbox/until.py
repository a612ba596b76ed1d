"""A history up to an instant: what came later is left out, and what ended later is open."""

from connector.values import replace
from reports.history import Attempt, History, Op, OpResult

__all__ = ["history_until"]


def history_until(history: History, at: float) -> History:
    """The rows of before `at`, without readings."""
    return replace(
        history,
        ops=tuple(_op(row, at) for row in history.ops if row.invoked_at <= at),
        attempts=tuple(_attempt(row, at) for row in history.attempts if row.began_at <= at),
        changes=tuple(row for row in history.changes if row.at <= at),
        effects=tuple(row for row in history.effects if row.at <= at),
        injections=tuple(row for row in history.injections if row.at <= at),
        nemesis=tuple(row for row in history.nemesis if row.at <= at),
        part_ends=tuple(row for row in history.part_ends if row.at <= at),
        readings=(),
    )


def _op(row: Op, at: float) -> Op:
    if row.completed_at is None or row.completed_at <= at:
        return row
    return replace(
        row,
        completed_at=None,
        result=OpResult.INFO,
        status=None,
        cause=None,
        share=None,
        state=None,
        reason=None,
    )


def _attempt(row: Attempt, at: float) -> Attempt:
    if row.ended_at is None or row.ended_at <= at:
        return row
    return replace(row, ended_at=None, result=OpResult.INFO, status=None, code=None, site=None, message="")
