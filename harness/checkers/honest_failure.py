"""S7, honest failure: what was reported failed has no effect, ever."""

from collections.abc import Iterator, Sequence

from harness.checkers.asked_deletes import may_be_deleted
from harness.checkers.checker import Checker, Need
from harness.checkers.grouping import named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.record_timeline import Path, RecordTimeline
from harness.checkers.share_lifetime import ShareLifetime
from harness.checkers.sweeping import is_early, is_in_time, told
from harness.checkers.witness import anomaly, of_change, of_effect, of_op, of_reading
from reports.allowances import LogDetail
from reports.history import Op, OpKind, OpResult, StateChange
from reports.verdicts import Anomaly

__all__ = ["HONEST_FAILURE"]

_GONE = 404


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    yield from _refused_and_done(index)
    if not index.history.has_effect_log:
        yield from _refused_and_seen(index)
    if not index.logs(LogDetail.OWNER):
        yield from _gone_and_done(index)
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


def _gone_and_done(index: HistoryIndex) -> Iterator[Anomaly]:
    """Where no log tells whose a life is: nothing is made for a create that a client has read as failed."""
    grace = index.bounds.allowances.late_grace
    for location, by_name in index.lifetimes.items():
        for name, lifetimes in by_name.items():
            for lifetime in lifetimes:
                create = _promised(index, lifetime)
                read = None if create is None else _read_as_gone(index, lifetime, create)
                if create is None or read is None or is_in_time(index, lifetime, told([read]), grace):
                    continue
                message = "its create was read as failed, and the cluster made it afterwards"
                yield anomaly("S7", location, name, message, of_op(create), of_op(read), of_effect(lifetime.born))


def _promised(index: HistoryIndex, lifetime: ShareLifetime) -> Op | None:
    """The create that a life was made for, if it was promised and no other can have made it."""
    location, name, latest = lifetime.cluster, lifetime.name, lifetime.born.at + index.bounds.skew
    creates = [op for op in named(index.creates_by_name, location, name) if op.invoked_at <= latest]
    if not creates or (location, name) in index.preexisting or not all(map(index.is_clear, creates)):
        return None
    return creates[-1] if creates[-1].result is OpResult.OK else None


def _read_as_gone(index: HistoryIndex, lifetime: ShareLifetime, create: Op) -> Op | None:
    """A read before the life began that told that the create had come to nothing, with no delete asked for."""
    born = lifetime.born.at - index.bounds.skew
    about = named(index.ops_by_name, lifetime.cluster, lifetime.name)
    if may_be_deleted(index, about, create, born):
        return None
    read = next((op for op in about if _tells_gone(op, told([create]), born)), None)
    if read is None or (read.reason is None and _is_shown_later(index, read, about)):
        return None
    return read


def _tells_gone(op: Op, since: float, until: float) -> bool:
    is_gone = op.kind is OpKind.GET and op.result is OpResult.FAIL and op.status == _GONE
    return is_gone and op.invoked_at >= since and told([op]) < until


def _is_shown_later(index: HistoryIndex, read: Op, about: Sequence[Op]) -> bool:
    """Whether what was read as gone is shown later, without another create: it was not there yet."""
    for op in about:
        if op.invoked_at < told([read]):
            continue
        if op.kind is OpKind.CREATE:
            return False
        if op.kind is OpKind.GET and op.result is OpResult.OK:
            return True
    last = index.reading("api", 2) or index.reading("api", 1)
    return last is not None and read.name in index.records(last.round).get(read.location, {})


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
    helped_by=frozenset({Need.CHANGE_LOG, Need.EFFECT_LOG, Need.OWNERS}),
)
