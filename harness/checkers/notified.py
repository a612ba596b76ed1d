"""N1, notified: each outcome is told, at least once on the wire and exactly once per dedupe id, and nothing else is."""

from collections.abc import Iterator, Sequence
from operator import attrgetter

from harness.checkers.checker import Checker, Need
from harness.checkers.grouping import grouped
from harness.checkers.history_index import HistoryIndex
from harness.checkers.record_timeline import RecordTimeline
from harness.checkers.unplanned_ends import excuse
from harness.checkers.witness import anomaly, of_change, of_notice
from reports.history import Notice, StateChange
from reports.verdicts import Anomaly

__all__ = ["NOTIFIED"]

_ENDS = frozenset(
    {
        ("pending", "active"),
        ("updating", "active"),
        ("updating", "lost"),
        ("deleting", "active"),
        ("failing", None),
        ("deleting", None),
    }
)
"""The moves that end an operation: each of them is told."""


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    notices = index.history.notices
    expected = index.history.receivers
    if expected or any(notice.change is not None for notice in notices):
        for receiver in dict.fromkeys((*expected, *(notice.receiver for notice in notices))):
            yield from _each_once(index, [notice for notice in notices if notice.receiver == receiver])
    else:
        by_share = grouped(notices, by=attrgetter("share"))
        for timeline in index.timelines.values():
            yield from _untold(timeline, by_share.get(timeline.share, ()))
    yield from _contradictions(index)


def _each_once(index: HistoryIndex, notices: Sequence[Notice]) -> Iterator[Anomaly]:
    """Of one receiver, where notices name the change that they tell of: each end is told, under one id, in order."""
    first: dict[int, Notice] = {}
    for notice in notices:
        if notice.change is None:
            continue
        earlier = first.setdefault(notice.change, notice)
        if earlier.dedupe_id != notice.dedupe_id:
            message = f"one outcome was told under two dedupe ids, {earlier.dedupe_id} and {notice.dedupe_id}"
            yield anomaly("N1", notice.location, notice.name, message, of_notice(earlier), of_notice(notice))
    for timeline in index.timelines.values():
        latest: Notice | None = None
        for change in timeline.changes:
            if (change.before, change.after) not in _ENDS:
                continue
            told = first.get(change.number)
            if told is None:
                message = f"became {change.after or 'removed'}, and nobody was told"
                yield anomaly("N1", timeline.location, timeline.name, message, of_change(change))
                continue
            if latest is not None and told.number < latest.number:
                message = f"was told to be {latest.outcome} after what came later"
                yield anomaly("N1", timeline.location, timeline.name, message, of_notice(latest), of_notice(told))
            latest = told


def _untold(timeline: RecordTimeline, notices: Sequence[Notice]) -> Iterator[Anomaly]:
    told = {notice.outcome for notice in notices}
    for outcome, change in (("active", timeline.first("active")), ("removed", timeline.removed)):
        if change is not None and outcome not in told:
            message = f"became {outcome}, and nobody was told"
            yield anomaly("N1", timeline.location, timeline.name, message, of_change(change))


def _contradictions(index: HistoryIndex) -> Iterator[Anomaly]:
    """One dedupe id stands for one outcome; nothing is told before it is true."""
    seen: dict[str, Notice] = {}
    for notice in index.history.notices:
        first = seen.setdefault(notice.dedupe_id, notice)
        if (first.share, first.outcome, first.change) != (notice.share, notice.outcome, notice.change):
            message = f"the dedupe id {notice.dedupe_id} stands for two outcomes"
            yield anomaly("N1", notice.location, notice.name, message, of_notice(first), of_notice(notice))
        change = _change_of(index.timelines.get(notice.share), notice)
        if change is None or notice.at < change.at - index.bounds.skew:
            message = f"was told to be {notice.outcome} before it was"
            yield anomaly("N1", notice.location, notice.name, message, of_notice(notice))


def _change_of(timeline: RecordTimeline | None, notice: Notice) -> StateChange | None:
    """What a notice tells of; None: there was no such change."""
    if timeline is None:
        return None
    if notice.change is None:
        return timeline.removed if notice.outcome == "removed" else timeline.first("active")
    named = (change for change in timeline.changes if change.number == notice.change)
    return next((change for change in named if (change.after or "removed") == notice.outcome), None)


NOTIFIED = Checker(
    invariant="N1",
    title="each outcome is notified",
    find=_find,
    needs=frozenset({Need.CHANGE_LOG, Need.NOTICES}),
    excuse=excuse,
)
