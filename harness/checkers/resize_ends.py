"""How resizes ended: a record that is active again says truly whether its share got the size that was asked for.

Without a reason the resize came about; with one the share is as large as before. Both are judged by the cluster's log
at the instant at which the record becomes active. Where there is no such log, the readings at rest tell of a last
resize that is said to have come about.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from harness.checkers.grouping import grouped, named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.record_timeline import RecordTimeline
from harness.checkers.update_ends import ends_update, has_updates, held_between, may_have_begun
from harness.checkers.witness import anomaly, of_change, of_effect, of_op, of_reading
from reports.allowances import LogDetail
from reports.history import Effect, EffectKind, Op, OpKind, StateChange
from reports.verdicts import Anomaly, Witness

__all__ = ["wrong_resize_ends"]

_CHANGES_SIZE = EffectKind.RESIZED
_RESIZE = OpKind.RESIZE


class _Resize(NamedTuple):
    """A stretch of `updating` that ended in `active`. asked: the ops that may have begun it, with their sizes."""

    timeline: RecordTimeline
    began: StateChange
    ended: StateChange
    asked: Sequence[Op]

    def sizes(self, index: HistoryIndex) -> frozenset[int]:
        """What the cluster makes of the sizes that were asked for."""
        made_of = index.bounds.sizes.get(self.timeline.location, _as_asked)
        return frozenset(made_of(op.size) for op in self.asked if op.size is not None)


def wrong_resize_ends(index: HistoryIndex) -> Iterator[Anomaly]:
    """Every end of a resize that the cluster contradicts, where the log tells how it ended."""
    if not index.logs(LogDetail.REASON):
        return
    judge = _by_the_log if index.history.has_effect_log else _at_rest
    for timeline in index.timelines_along(has_updates):
        for resize in _resizes(index, timeline):
            yield from judge(index, resize)


def _resizes(index: HistoryIndex, timeline: RecordTimeline) -> Iterator[_Resize]:
    """Those of which it is known what was asked."""
    about = named(index.ops_by_name, timeline.location, timeline.name)
    for began, ended in pairwise(timeline.changes):
        if ends_update(ended):
            asked = [op for op in about if may_have_begun(op, began, index.bounds.skew)]
            if asked and all(op.kind is _RESIZE for op in asked):
                yield _Resize(timeline, began, ended, asked)


def _as_asked(size: int) -> int:
    return size


def _by_the_log(index: HistoryIndex, resize: _Resize) -> Iterator[Anomaly]:
    began, ended, skew = resize.began.at, resize.ended.at, index.bounds.skew
    steps = _steps(index, resize, began - skew, ended + skew)
    before, after = held_between(steps, began - skew, began + skew), held_between(steps, ended - skew, ended + skew)
    if not after or any(step.size is None for step in steps):
        return
    wanted = resize.sizes(index)
    if resize.ended.reason is None:
        allowed = wanted
        said = f"was said to be resized to {_either(wanted)} bytes"
    else:
        # Within the skew it may have landed already; to the size that the share had it is no change.
        kept = frozenset(step.size for step in before if step.size is not None)
        allowed = kept - wanted or kept
        said = f"was said not to be resized from {_either(allowed)} bytes"
    if all(step.size not in allowed for step in after):
        message = f"{said}; the cluster had {after[0].size}"
        yield _untrue(resize, message, of_effect(after[0]))


def _steps(index: HistoryIndex, resize: _Resize, since: float, until: float) -> Sequence[Effect]:
    """The effects that gave the share its sizes, if one share was there all the time: else S5 says what is untrue."""
    timeline = resize.timeline
    for lifetime in named(index.lifetimes, timeline.location, timeline.name):
        if lifetime.alive(since, until):
            resized = _resized(index).get((timeline.location, timeline.name), ())
            return [lifetime.born, *(row for row in resized if row.incarnation == lifetime.incarnation)]
    return ()


def _resized(index: HistoryIndex) -> Mapping[tuple[str, str], Sequence[Effect]]:
    def found() -> Mapping[tuple[str, str], Sequence[Effect]]:
        rows = (row for row in index.history.effects if row.kind is _CHANGES_SIZE)
        return grouped(rows, by=lambda row: (row.cluster, row.name))

    return index.once("resize_ends.resized", found)


def _at_rest(index: HistoryIndex, resize: _Resize) -> Iterator[Anomaly]:
    """The weaker form: of the last that the record went through, where it came about as it is told."""
    if resize.ended.reason is not None or resize.ended is not resize.timeline.changes[-1]:
        return
    wanted, location, name = resize.sizes(index), resize.timeline.location, resize.timeline.name
    for round in (1, 2):
        reading = index.reading(location, round)
        share = index.on_clusters(round).get(location, {}).get(name)
        if reading is not None and share is not None and share.size not in wanted and reading.at >= resize.ended.at:
            message = f"was said to be resized to {_either(wanted)} bytes; the cluster has {share.size}"
            yield _untrue(resize, message, of_reading(reading, share))
            return


def _untrue(resize: _Resize, message: str, *witnesses: Witness) -> Anomaly:
    asked = map(of_op, resize.asked[-3:])
    timeline = resize.timeline
    return anomaly("S5", timeline.location, timeline.name, message, *asked, of_change(resize.ended), *witnesses)


def _either(sizes: frozenset[int]) -> str:
    return " or ".join(map(str, sorted(sizes)))
