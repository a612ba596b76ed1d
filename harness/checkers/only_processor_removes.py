"""S11: only the processor removes records; no other hand, and no silent disappearance."""

from collections.abc import Iterator
from math import inf

from harness.checkers.checker import Checker, Need
from harness.checkers.grouping import named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.record_timeline import Path, RecordTimeline
from harness.checkers.witness import anomaly, of_change, of_op
from reports.history import OpKind, OpResult
from reports.verdicts import Anomaly

__all__ = ["ONLY_PROCESSOR_REMOVES"]


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    for timeline in index.timelines_along(_removed_by_another):
        removed = timeline.removed
        if removed is not None:
            message = f"its record was removed by {removed.writer}"
            yield anomaly("S11", timeline.location, timeline.name, message, of_change(removed))
    yield from _missing(index)


def _removed_by_another(path: Path) -> bool:
    removed = path.first.get(None)
    return removed is not None and path.moves[removed].writer != "processor"


def _missing(index: HistoryIndex) -> Iterator[Anomaly]:
    """A read that finds nothing while the log says that the record is there all along."""
    skew = index.bounds.skew
    for op in index.ops_of(OpKind.GET):
        if op.status != 404 or op.completed_at is None:
            continue
        for timeline in named(index.timelines_by_name, op.location, op.name):
            removed = timeline.removed
            is_removed_later = removed is None or removed.at - skew > op.completed_at
            if is_removed_later and _there_by(index, timeline) + skew < op.invoked_at:
                message = "its record was gone, and the processor had not removed it"
                yield anomaly("S11", op.location, op.name, message, of_change(timeline.changes[0]), of_op(op))


def _there_by(index: HistoryIndex, timeline: RecordTimeline) -> float:
    """When the record could be read at the latest. The log has the instant of its transaction, which may be committed
    much later, by a database that has just come back: before its next move, and before anybody was told of it."""
    made = timeline.changes[0]
    told = (
        op.completed_at
        for op in named(index.ops_by_name, timeline.location, timeline.name)
        if op.result is OpResult.OK and op.completed_at is not None and op.completed_at >= made.at
        if op.share == timeline.share or (op.share is None and op.kind is OpKind.CREATE)
    )
    return min((*told, *(row.at for row in timeline.changes[1:2])), default=inf)


ONLY_PROCESSOR_REMOVES = Checker(
    invariant="S11",
    title="only the processor removes records",
    find=_find,
    needs=frozenset({Need.CHANGE_LOG, Need.WRITERS}),
)
