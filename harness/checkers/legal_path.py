"""S4, legal path: records only move along the arrows, and no reader ever sees one step back."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from harness.checkers.checker import Checker, Need
from harness.checkers.history_index import HistoryIndex
from harness.checkers.record_timeline import Path, RecordTimeline
from harness.checkers.witness import anomaly, of_change, of_op
from reports.history import Op, OpKind, OpResult
from reports.verdicts import Anomaly

__all__ = ["LEGAL_PATH"]

# The checker's own table, on purpose: the pipeline's might be the thing that is wrong.
_ARROWS: dict[str | None, frozenset[str | None]] = {
    None: frozenset({"pending"}),
    "pending": frozenset({"active", "failing", "deleting"}),
    "active": frozenset({"updating", "failing", "deleting"}),
    "updating": frozenset({"active", "lost"}),
    "lost": frozenset({"updating", "deleting"}),
    "failing": frozenset({None}),
    "deleting": frozenset({None}),
}
_Moves = Sequence[tuple[str | None, str | None]]
_OK = OpResult.OK
_PROGRESS = {"pending": 0, "active": 1, "updating": 1, "lost": 1, "failing": 2, "deleting": 2}


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    for timeline in index.timelines_along(lambda path: _strays(path, index.bounds.allowances.moves)):
        yield from _off_the_path(timeline, index.bounds.allowances.moves)
    yield from _steps_back(index)


def _strays(path: Path, allowed: _Moves) -> bool:
    arrows = all(_is_arrow(move.before, move.after, allowed) for move in path.moves)
    joined = all(earlier.after == later.before for earlier, later in pairwise(path.moves))
    return path.moves[0].before is not None or not arrows or not joined


def _is_arrow(before: str | None, after: str | None, allowed: _Moves) -> bool:
    return after in _ARROWS.get(before, ()) or (before, after) in allowed


def _off_the_path(timeline: RecordTimeline, allowed: _Moves) -> Iterator[Anomaly]:
    first = timeline.changes[0]
    if first.before is not None:
        yield anomaly("S4", timeline.location, timeline.name, "its first change does not make it", of_change(first))
    for change in timeline.changes:
        if not _is_arrow(change.before, change.after, allowed):
            message = f"moved from {change.before or 'no record'} to {change.after or 'removed'}, which is no arrow"
            yield anomaly("S4", timeline.location, timeline.name, message, of_change(change))
    for earlier, later in pairwise(timeline.changes):
        if later.before != earlier.after:
            message = f"left {later.before or 'no record'}, but was {earlier.after or 'removed'}"
            yield anomaly("S4", timeline.location, timeline.name, message, of_change(earlier), of_change(later))


def _steps_back(index: HistoryIndex) -> Iterator[Anomaly]:
    """A read invoked after another had completed must not show an earlier stretch of the path."""
    furthest: dict[str, Op] = {}
    for op in sorted(_reads(index), key=lambda row: row.completed_at or 0.0):
        assert op.share is not None
        known = furthest.setdefault(op.share, op)
        if known is op:
            continue
        if _PROGRESS[op.state or ""] >= _PROGRESS[known.state or ""]:
            furthest[op.share] = op
        elif known.completed_at is not None and op.invoked_at > known.completed_at:
            message = f"was read as {known.state}, and later as {op.state}"
            yield anomaly("S4", op.location, op.name, message, of_op(known), of_op(op))


def _reads(index: HistoryIndex) -> Iterator[Op]:
    for op in index.ops_of(OpKind.GET):
        if op.result is _OK and op.share and op.state in _PROGRESS:
            yield op


LEGAL_PATH = Checker(
    invariant="S4", title="states only move along the arrows", find=_find, helped_by=frozenset({Need.CHANGE_LOG})
)
