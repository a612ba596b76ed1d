"""S3, no lost promise: an accepted create ends active or is removed with its reason, and nothing vanishes."""

from collections.abc import Iterator, Mapping

from harness.checkers.checker import Checker, Need
from harness.checkers.grouping import named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.record_timeline import RecordTimeline
from harness.checkers.witness import anomaly, of_change, of_op, of_reading
from reports.allowances import LogDetail
from reports.history import Op, OpKind, OpResult, Reading, SeenShare
from reports.verdicts import Anomaly

__all__ = ["NO_LOST_PROMISE"]

_OK = OpResult.OK
_NOTHING: Mapping[str, SeenShare] = {}


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    last = _last(index)
    shown = index.records(last.round) if last is not None else {}
    timelines = index.timelines
    for op in _accepted(index):
        timeline = timelines.get(op.share or "")
        if timeline is None:
            yield from _without_record(index, op, last)
        elif None in timeline.path.first:
            if "deleting" not in timeline.path.first and not _may_be_removed_so(index, timeline):
                yield from _removed_without_notice(index, op, timeline)
        elif last is not None and not _shows(shown, timeline):
            message = "its record vanished: it was never removed, and the API no longer shows it"
            witness = of_reading(last, absent=f"{timeline.location}/{timeline.name}")
            yield anomaly("S3", op.location, op.name, message, of_op(op), of_change(timeline.changes[-1]), witness)


def _last(index: HistoryIndex) -> Reading | None:
    """The last reading of the API, if it succeeded."""
    last = index.reading("api", 2) or index.reading("api", 1)
    return last if last is not None and last.ok else None


def _accepted(index: HistoryIndex) -> Iterator[Op]:
    for op in index.ops_of(OpKind.CREATE):
        if op.result is _OK and not op.body_differs:
            yield op


def _shows(records: Mapping[str, Mapping[str, SeenShare]], timeline: RecordTimeline) -> bool:
    record = records.get(timeline.location, _NOTHING).get(timeline.name)
    return record is not None and record.share == timeline.share


def _may_be_removed_so(index: HistoryIndex, timeline: RecordTimeline) -> bool:
    removed = timeline.removed
    return removed is not None and (removed.before, None) in index.bounds.allowances.moves


def _removed_without_notice(index: HistoryIndex, op: Op, timeline: RecordTimeline) -> Iterator[Anomaly]:
    """A removal that nobody asked for needs a reason that was told before: failing, with its reason."""
    failing = timeline.first("failing")
    assert timeline.removed is not None
    if failing is None:
        message = "its record was removed with neither a failure nor a delete before"
        yield anomaly("S3", op.location, op.name, message, of_op(op), of_change(timeline.removed))
    elif not failing.reason and index.logs(LogDetail.REASON):
        message = "its record was removed as failed without a reason"
        yield anomaly("S3", op.location, op.name, message, of_op(op), of_change(failing), of_change(timeline.removed))


def _without_record(index: HistoryIndex, op: Op, last: Reading | None) -> Iterator[Anomaly]:
    """Without a log of changes, the weaker form: what was seen active and never deleted must still be there."""
    if index.history.has_changes and (op.share is not None or index.logs(LogDetail.OWNER)):
        yield anomaly("S3", op.location, op.name, "it was accepted, and no record was ever made", of_op(op))
    elif last is not None and op.name not in index.records(last.round).get(op.location, _NOTHING):
        about = named(index.ops_by_name, op.location, op.name)
        active = next((row for row in about if row.state == "active"), None)
        if active is not None and not any(row.kind is OpKind.DELETE for row in about):
            witness = of_reading(last, absent=f"{op.location}/{op.name}")
            yield anomaly("S3", op.location, op.name, "it was active, and vanished", of_op(op), of_op(active), witness)


NO_LOST_PROMISE = Checker(
    invariant="S3",
    title="an accepted create ends active, or is removed with its reason",
    find=_find,
    needs=frozenset({Need.READINGS}),
    helped_by=frozenset({Need.CHANGE_LOG, Need.REASONS}),
)
