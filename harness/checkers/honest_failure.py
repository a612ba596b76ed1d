"""S7, honest failure: what was reported failed has no effect, ever."""

from collections.abc import Iterator

from harness.checkers.checker import Checker, Need
from harness.checkers.grouping import named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.record_timeline import Path, RecordTimeline
from harness.checkers.share_lifetime import ShareLifetime
from harness.checkers.sweeping import is_early, is_in_time, told
from harness.checkers.witness import anomaly, of_change, of_effect, of_op, of_reading
from reports.history import StateChange
from reports.verdicts import Anomaly

__all__ = ["HONEST_FAILURE"]


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    yield from _refused_and_done(index)
    if not index.history.has_effect_log:
        yield from _refused_and_seen(index)
    for timeline in index.timelines_along(_fails):
        if timeline.removed is not None:
            yield from _failed_and_there(index, timeline, timeline.removed)


def _fails(path: Path) -> bool:
    return "failing" in path.first and None in path.first


def _refused_and_seen(index: HistoryIndex) -> Iterator[Anomaly]:
    """The weaker form: where every create of a name was refused, no reading at rest may show it."""
    grace = index.bounds.allowances.late_grace
    for reading in index.history.readings:
        for share in reading.shares if reading.round else ():
            key = (share.location, share.name)
            ops = named(index.creates_by_name, *key)
            if not ops or key in index.preexisting or not all(map(index.is_refused, ops)):
                continue
            if not is_early(index, reading, told(ops), grace):
                message = "every create was reported failed, and it is there"
                yield anomaly("S7", *key, message, *map(of_op, ops[:3]), of_reading(reading, share))


def _refused_and_done(index: HistoryIndex) -> Iterator[Anomaly]:
    """Where every create of a name was refused, nothing of that name may ever be made, or stay."""
    grace = index.bounds.allowances.late_grace
    for cluster, by_name in index.lifetimes.items():
        for name, lifetimes in by_name.items():
            ops = named(index.creates_by_name, cluster, name)
            if not ops or not all(map(index.is_refused, ops)):
                continue
            for lifetime in [row for row in lifetimes if not is_in_time(index, row, told(ops), grace)][:1]:
                message = "every create was reported failed, and the cluster made it"
                yield anomaly("S7", cluster, name, message, *map(of_op, ops[:3]), of_effect(lifetime.born))


def _failed_and_there(index: HistoryIndex, timeline: RecordTimeline, removed: StateChange) -> Iterator[Anomaly]:
    """Once a failed record is gone, nothing made for it may live or come to life."""
    grace = index.bounds.allowances.late_grace
    for lifetime in index.lifetimes_by_share.get(timeline.share, ()):
        is_excused = lifetime.swept or is_in_time(index, lifetime, removed.at, grace)
        if _alive_after(lifetime, removed.at + index.bounds.skew) and not is_excused:
            failing = timeline.first("failing")
            assert failing is not None
            message = "its create was reported failed, and the share is there"
            yield anomaly(
                "S7",
                timeline.location,
                timeline.name,
                message,
                of_change(failing),
                of_change(removed),
                of_effect(lifetime.born),
            )


def _alive_after(lifetime: ShareLifetime, instant: float) -> bool:
    return lifetime.died is None or lifetime.died.at > instant


HONEST_FAILURE = Checker(
    invariant="S7",
    title="what was reported failed has no effect",
    find=_find,
    helped_by=frozenset({Need.CHANGE_LOG, Need.EFFECT_LOG}),
)
