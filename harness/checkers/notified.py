"""N1, notified: each outcome is told, at least once on the wire and exactly once per dedupe id, and nothing else is."""

from collections.abc import Iterator, Sequence
from operator import attrgetter

from harness.checkers.checker import Checker, Need
from harness.checkers.grouping import grouped
from harness.checkers.history_index import HistoryIndex
from harness.checkers.record_timeline import RecordTimeline
from harness.checkers.unplanned_ends import excuse
from harness.checkers.witness import anomaly, of_change, of_notice
from reports.history import Notice
from reports.verdicts import Anomaly

__all__ = ["NOTIFIED"]


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    by_share = grouped(index.history.notices, by=attrgetter("share"))
    for timeline in index.timelines.values():
        yield from _untold(timeline, by_share.get(timeline.share, ()))
    yield from _contradictions(index)


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
        if (first.share, first.outcome) != (notice.share, notice.outcome):
            message = f"the dedupe id {notice.dedupe_id} stands for two outcomes"
            yield anomaly("N1", notice.location, notice.name, message, of_notice(first), of_notice(notice))
        timeline = index.timelines.get(notice.share)
        change = (
            None
            if timeline is None
            else (timeline.removed if notice.outcome == "removed" else timeline.first("active"))
        )
        if change is None or notice.at < change.at - index.bounds.skew:
            message = f"was told to be {notice.outcome} before it was"
            yield anomaly("N1", notice.location, notice.name, message, of_notice(notice))


NOTIFIED = Checker(
    invariant="N1",
    title="each outcome is notified",
    find=_find,
    needs=frozenset({Need.CHANGE_LOG, Need.NOTICES}),
    excuse=excuse,
)
