"""S9, one outcome: every accepted op ends once, and nothing said of it later contradicts that."""

from collections.abc import Iterator

from harness.checkers.checker import Checker, Need
from harness.checkers.history_index import HistoryIndex
from harness.checkers.record_timeline import Path, RecordTimeline
from harness.checkers.witness import anomaly, of_change, of_op
from reports.history import Op, OpKind, OpResult
from reports.verdicts import Anomaly

__all__ = ["ONE_OUTCOME"]

_OK = OpResult.OK


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    for timeline in index.timelines_along(_ends_twice):
        yield from _ended_twice(timeline)
    yield from _two_records_for_one_op(index)


def _ends_twice(path: Path) -> bool:
    outcomes = sum(move.before == "pending" for move in path.moves)
    active, failing = path.first.get("active"), path.first.get("failing")
    reversed_ = active is not None and failing is not None and failing > active
    return outcomes > 1 or sum(move.after is None for move in path.moves) > 1 or reversed_


def _ended_twice(timeline: RecordTimeline) -> Iterator[Anomaly]:
    outcomes = [row for row in timeline.changes if row.before == "pending"]
    if len(outcomes) > 1:
        yield anomaly("S9", timeline.location, timeline.name, "its create ended twice", *map(of_change, outcomes))
    removals = [row for row in timeline.changes if row.after is None]
    if len(removals) > 1:
        yield anomaly("S9", timeline.location, timeline.name, "its record was removed twice", *map(of_change, removals))
    active, failing = timeline.first("active"), timeline.first("failing")
    if active is not None and failing is not None and failing.number > active.number:
        message = "was reported active, and then failed"
        yield anomaly("S9", timeline.location, timeline.name, message, of_change(active), of_change(failing))


def _two_records_for_one_op(index: HistoryIndex) -> Iterator[Anomaly]:
    """All accepted answers for one record agree on where it is; one record never serves two different keys."""
    keys: dict[str, Op] = {}
    astray: set[str] = set()
    for op in index.ops_of(OpKind.CREATE):
        if op.result is not _OK or op.share is None:
            continue
        first = keys.setdefault(op.share, op)
        if first is op:
            continue
        if (first.location, first.name) != (op.location, op.name):
            astray.add(op.share)
        if first.key != op.key or op.share in astray:
            message = "one record was promised to two different creates"
            yield anomaly("S9", op.location, op.name, message, of_op(first), of_op(op))


ONE_OUTCOME = Checker(
    invariant="S9", title="every accepted op has one outcome", find=_find, helped_by=frozenset({Need.CHANGE_LOG})
)
