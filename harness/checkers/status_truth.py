"""S5, status truth: while a record says active, its share is whole and there on the cluster."""

from collections.abc import Iterator, Mapping, Sequence
from math import inf

from harness.checkers.checker import Checker, Need
from harness.checkers.grouping import named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.part_ends import wrong_part_ends
from harness.checkers.record_timeline import RecordTimeline
from harness.checkers.resize_ends import wrong_resize_ends
from harness.checkers.share_lifetime import ShareLifetime
from harness.checkers.witness import anomaly, of_change, of_effect, of_op, of_reading
from reports.history import OpKind, OpResult, Reading, SeenShare, StateChange
from reports.verdicts import Anomaly

__all__ = ["STATUS_TRUTH"]

_NOTHING: Mapping[str, SeenShare] = {}


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    if _has_both_logs(index):
        yield from _not_there(index)
        yield from _falsely_lost(index)
    elif index.history.has_effect_log:
        yield from _told_active(index)
    yield from wrong_resize_ends(index)
    yield from wrong_part_ends(index)
    for round in (1, 2):
        api = index.reading("api", round)
        if api is not None and api.ok:
            yield from _wrong_size(index, api, round)


def _has_both_logs(index: HistoryIndex) -> bool:
    return index.history.has_effect_log and index.history.has_changes


def _not_there(index: HistoryIndex) -> Iterator[Anomaly]:
    """Each stretch of `active` must lie within one life; a wipe of the cluster is not the pipeline's doing.

    What was lost so is updating until the pipeline has seen that it is gone, and may be lost between its look and the
    record's becoming active; `lost` is said of nothing that is there.
    """
    skew = index.bounds.skew
    for timeline in index.timelines.values():
        lifetimes = named(index.lifetimes, timeline.location, timeline.name)
        for place in timeline.path.there:
            begins, ends = timeline.span(place)
            since, until = begins + skew, ends - skew
            looked = _looked(timeline, place) - skew
            for lifetime in lifetimes:
                if lifetime.covers(since, until) or lifetime.lost_within(looked, until):
                    break
            else:
                covering = [lifetime for lifetime in lifetimes if lifetime.alive(since, min(until, since))]
                yield _untrue(timeline, timeline.changes[place], lifetimes, covering)


def _looked(timeline: RecordTimeline, place: int) -> float:
    """The earliest instant at which the pipeline may have looked, to call a share active: in the state before. Of one
    that is updating it looks later."""
    if timeline.changes[place].after == "updating":
        return -inf
    return timeline.changes[place - 1].at if place else -inf


def _falsely_lost(index: HistoryIndex) -> Iterator[Anomaly]:
    skew = index.bounds.skew
    for timeline in index.timelines_along(lambda path: "lost" in path.first):
        for change in timeline.changes:
            if change.after != "lost":
                continue
            for lifetime in named(index.lifetimes, timeline.location, timeline.name):
                if lifetime.share == timeline.share and lifetime.alive(change.at - skew, change.at + skew):
                    message = "was called lost, and is on the cluster"
                    born = of_effect(lifetime.born)
                    yield anomaly("S5", timeline.location, timeline.name, message, of_change(change), born)


def _told_active(index: HistoryIndex) -> Iterator[Anomaly]:
    """Without a log of changes: what a client reads as active must be there at some instant of its request."""
    skew, ok = index.bounds.skew, OpResult.OK
    for op in index.ops_of(OpKind.GET):
        if op.state != "active" or op.result is not ok or op.completed_at is None:
            continue
        if (op.location, op.name) in index.preexisting:
            continue
        lifetimes = named(index.lifetimes, op.location, op.name)
        if not any(_meets(lifetime, op.invoked_at - skew, op.completed_at + skew) for lifetime in lifetimes):
            nearest = [of_effect(lifetime.born) for lifetime in lifetimes]
            yield anomaly(
                "S5", op.location, op.name, "was read as active, and was not on the cluster", of_op(op), *nearest
            )


def _meets(lifetime: ShareLifetime, since: float, until: float) -> bool:
    """Whether it was whole and there at some instant, or was lost."""
    completed, died = lifetime.completed, lifetime.died
    return completed is not None and completed <= until and (lifetime.lost or died is None or died.at >= since)


def _untrue(
    timeline: RecordTimeline, change: StateChange, lifetimes: Sequence[ShareLifetime], covering: Sequence[ShareLifetime]
) -> Anomaly:
    if not covering:
        message = "was called active, and was not on the cluster"
        nearest = [of_effect(lifetime.born) for lifetime in lifetimes] + [
            of_effect(lifetime.died) for lifetime in lifetimes if lifetime.died
        ]
        return anomaly("S5", timeline.location, timeline.name, message, of_change(change), *nearest[:4])
    died = covering[-1].died
    assert died is not None
    message = "was active, and its share was removed from the cluster"
    return anomaly("S5", timeline.location, timeline.name, message, of_change(change), of_effect(died))


def _wrong_size(index: HistoryIndex, api: Reading, round: int) -> Iterator[Anomaly]:
    shown = index.on_clusters(round)
    for share in api.shares:
        if share.state != "active":
            continue
        on_cluster = shown.get(share.location, _NOTHING).get(share.name)
        if on_cluster is None and index.reading(share.location, round) is not None:
            if not _has_both_logs(index):  # with both, the lives above say more exactly what is untrue
                message = "is active, and the cluster does not show it"
                yield anomaly("S5", share.location, share.name, message, of_reading(api, share))
        elif on_cluster is not None and on_cluster.size != share.size:
            message = f"is active with {share.size} bytes; the cluster has {on_cluster.size}"
            yield anomaly("S5", share.location, share.name, message, of_reading(api, share))


STATUS_TRUTH = Checker(
    invariant="S5",
    title="active means that it is on the cluster",
    find=_find,
    needs=frozenset({Need.READINGS}),
    helped_by=frozenset({Need.CHANGE_LOG, Need.EFFECT_LOG, Need.REASONS}),
)
