"""S12: no operation is accepted on a share that is not active."""

from collections.abc import Iterator

from harness.checkers.checker import Checker, Need
from harness.checkers.grouping import named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.record_timeline import Move
from harness.checkers.witness import anomaly, of_change, of_op
from reports.history import Op, OpKind, OpResult
from reports.verdicts import Anomaly

__all__ = ["ONLY_ACTIVE"]

_ASKED = frozenset({"updating", "deleting"})
"""States that an operation brings about: an API that also carries out what it accepts writes others as well."""

_DELETE, _RESIZE, _OK = OpKind.DELETE, OpKind.RESIZE, OpResult.OK


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    for op in index.history.ops:
        if (op.kind is _DELETE or op.kind is _RESIZE) and op.result is _OK and not _was_active(index, op):
            yield _accepted_while_busy(index, op)
    for timeline in index.timelines_along(lambda path: any(map(_out_of_turn, path.moves))):
        for change, move in zip(timeline.changes, timeline.path.moves, strict=True):
            if _out_of_turn(move):
                message = f"the API accepted an operation while it was {change.before}"
                yield anomaly("S12", timeline.location, timeline.name, message, of_change(change))


def _out_of_turn(move: Move) -> bool:
    return move.writer == "api" and move.after in _ASKED and move.before != "active"


def _was_active(index: HistoryIndex, op: Op) -> bool:
    """At some instant between question and answer, or the answer is wrong."""
    since = op.invoked_at - index.bounds.skew
    until = (op.completed_at or op.invoked_at) + index.bounds.skew
    for timeline in named(index.timelines_by_name, op.location, op.name):
        for begins, ends in map(timeline.span, timeline.path.active):
            if begins <= until and ends >= since:
                return True
    return False


def _accepted_while_busy(index: HistoryIndex, op: Op) -> Anomaly:
    timelines = named(index.timelines_by_name, op.location, op.name)
    changes = [of_change(change) for timeline in timelines for change in timeline.changes]
    message = f"{op.kind} was accepted, and it was active at no instant of the request"
    return anomaly("S12", op.location, op.name, message, of_op(op), *changes[:4])


ONLY_ACTIVE = Checker(
    invariant="S12", title="no operation on a share that is not active", find=_find, needs=frozenset({Need.CHANGE_LOG})
)
