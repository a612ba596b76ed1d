"""How changes of access and of snapshots ended: a record that is active again says truly whether the change holds.

Without a reason the change came about; with one it did not. Both are judged by the cluster's log at the instant at
which the record becomes active. The effects do not say which client or which snapshot they concern, so a change is
judged where all of its share are about one client and one snapshot, as those of the load are. A verify that found the
share says that it was there.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from harness.checkers.access_ends import are_about_one_client
from harness.checkers.grouping import grouped, named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.record_timeline import RecordTimeline
from harness.checkers.update_ends import ends_update, has_updates, held_between, may_have_begun
from harness.checkers.witness import anomaly, of_change, of_effect, of_op
from reports.allowances import LogDetail
from reports.history import Effect, EffectKind, Op, OpKind, StateChange
from reports.verdicts import Anomaly, Witness

__all__ = ["wrong_part_ends"]


class _Change(NamedTuple):
    """What a kind of op brings about, and what undoes it. wanted: whether the part is there then."""

    gives: EffectKind
    takes: EffectKind
    wanted: bool
    done: str
    undone: str


_ACCESS = (EffectKind.ALLOWED, EffectKind.DENIED)
_SNAPSHOT = (EffectKind.SNAPSHOT_CREATED, EffectKind.SNAPSHOT_DELETED)

_CHANGES: Mapping[OpKind, _Change] = {
    OpKind.ALLOW: _Change(*_ACCESS, True, "the cluster gives access", "the cluster gives no access"),
    OpKind.DENY: _Change(*_ACCESS, False, "the cluster gives no access", "the cluster gives access"),
    OpKind.SNAPSHOT_CREATE: _Change(*_SNAPSHOT, True, "the cluster has it", "the cluster has none"),
    OpKind.SNAPSHOT_DELETE: _Change(*_SNAPSHOT, False, "the cluster has none", "the cluster has one"),
}


class _Update(NamedTuple):
    """A stretch of `updating` that ended in `active`, and the ops that may have begun it, all of one kind."""

    timeline: RecordTimeline
    began: StateChange
    ended: StateChange
    asked: Sequence[Op]

    @property
    def kind(self) -> OpKind:
        return self.asked[0].kind


def wrong_part_ends(index: HistoryIndex) -> Iterator[Anomaly]:
    """Every end of such a change that the cluster contradicts, where the log tells how it ended."""
    if not (index.history.has_effect_log and index.logs(LogDetail.REASON)):
        return
    if not any(index.ops_of(kind) for kind in (*_CHANGES, OpKind.VERIFY)):
        return
    for timeline in index.timelines_along(has_updates):
        for update in _updates(index, timeline):
            change = _CHANGES.get(update.kind)
            if change is not None and are_about_one_client(named(index.ops_by_name, timeline.location, timeline.name)):
                yield from _judge(index, update, change)
            elif update.kind is OpKind.VERIFY and update.ended.reason is None:
                yield from _verified(index, update)


def _updates(index: HistoryIndex, timeline: RecordTimeline) -> Iterator[_Update]:
    """Those of which it is known what was asked."""
    about = named(index.ops_by_name, timeline.location, timeline.name)
    for began, ended in pairwise(timeline.changes):
        if ends_update(ended):
            asked = [op for op in about if may_have_begun(op, began, index.bounds.skew)]
            if asked and len({op.kind for op in asked}) == 1:
                yield _Update(timeline, began, ended, asked)


def _judge(index: HistoryIndex, update: _Update, change: _Change) -> Iterator[Anomaly]:
    began, ended, skew = update.began.at, update.ended.at, index.bounds.skew
    steps = _steps(index, update, change, began - skew, ended + skew)
    if steps is None:
        return
    before = _there(steps, change, began - skew, began + skew)
    after = _there(steps, change, ended - skew, ended + skew)
    if update.ended.reason is None:
        if change.wanted not in after:
            yield _untrue(update, f"{update.kind} was said to be done, and {change.undone}", steps)
    elif change.wanted not in before and after == {change.wanted}:
        yield _untrue(update, f"{update.kind} was said not to be done, and {change.done}", steps)


def _steps(
    index: HistoryIndex, update: _Update, change: _Change, since: float, until: float
) -> Sequence[Effect] | None:
    """The effects on the part; None where no share was there all the time: else S5 says what is untrue."""
    timeline = update.timeline
    for lifetime in named(index.lifetimes, timeline.location, timeline.name):
        if lifetime.alive(since, until):
            rows = _parts(index).get((timeline.location, timeline.name), ())
            kinds = (change.gives, change.takes)
            return [row for row in rows if row.incarnation == lifetime.incarnation and row.kind in kinds]
    return None


def _parts(index: HistoryIndex) -> Mapping[tuple[str, str], Sequence[Effect]]:
    def found() -> Mapping[tuple[str, str], Sequence[Effect]]:
        rows = (row for row in index.history.effects if row.kind in _ACCESS or row.kind in _SNAPSHOT)
        return grouped(rows, by=lambda row: (row.cluster, row.name))

    return index.once("part_ends.parts", found)


def _there(steps: Sequence[Effect], change: _Change, since: float, until: float) -> set[bool]:
    """Whether the part was there at some time from `since` to `until`, and whether it was not."""
    held = held_between(steps, since, until)
    there = {step.kind is change.gives for step in held}
    from_the_start = not held or held[-1] is steps[0]
    if from_the_start and (not held or held[-1].at >= since or held[-1].late):
        there.add(False)
    return there


def _verified(index: HistoryIndex, update: _Update) -> Iterator[Anomaly]:
    timeline, skew = update.timeline, index.bounds.skew
    lifetimes = named(index.lifetimes, timeline.location, timeline.name)
    since, until = update.began.at - skew, update.ended.at + skew
    if not any(row.born.at <= until and (row.died is None or row.died.at >= since) for row in lifetimes):
        died = [of_effect(row.died) for row in lifetimes if row.died is not None]
        message = "verify was said to find the share, and it was not on the cluster"
        yield _anomaly(update, message, *died[-1:])


def _untrue(update: _Update, message: str, steps: Sequence[Effect]) -> Anomaly:
    return _anomaly(update, message, *map(of_effect, steps[-2:]))


def _anomaly(update: _Update, message: str, *witnesses: Witness) -> Anomaly:
    timeline, asked = update.timeline, map(of_op, update.asked[-3:])
    return anomaly("S5", timeline.location, timeline.name, message, *asked, of_change(update.ended), *witnesses)
