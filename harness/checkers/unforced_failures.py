"""L5, no unforced failure: what met no fault and was not refused by its cluster comes about.

Without this a service that fails whatever it is asked breaks no promise. What may excuse a failure: `excuses.py`.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import inf

from connector.codes import Code
from harness.checkers.access_ends import lost_access_changes
from harness.checkers.checker import Checker, Need
from harness.checkers.excuses import FailedOperation, is_excused, is_hindered, is_overtaken
from harness.checkers.grouping import named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.record_timeline import Path, RecordTimeline
from harness.checkers.replay_safety import DECIDED
from harness.checkers.starvation import starvation
from harness.checkers.update_ends import UPDATES
from harness.checkers.witness import anomaly, of_attempt, of_change, of_effect, of_op, of_reading
from reports.history import Op, OpKind, OpResult
from reports.verdicts import Anomaly, Witness

__all__ = ["UNFORCED_FAILURES"]

_FAILED_BY: Mapping[tuple[str | None, str | None], str] = {
    ("pending", "failing"): "create",
    ("updating", "active"): "resize",
    ("updating", "lost"): "look",
    ("deleting", "active"): "delete",
}
"""The moves that end an operation without what was asked for; from updating, only with a reason."""

_OTHERS = UPDATES - {OpKind.RESIZE}

_OWN_ERRORS = frozenset({500, 501, 502})
"""Statuses by which a service says that it failed inside. `later` (503, 429) and `unknown` (504) are no failures."""

_TAKEN = 409


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    for timeline in index.timelines_along(_fails):
        yield from _failed(index, timeline)
    yield from _stale(index)
    yield from _answers(index)
    yield from _access(index)
    if not index.history.has_changes or ("pending", None) in index.bounds.allowances.moves:
        yield from _never_made(index)


def _fails(path: Path) -> bool:
    return any((move.before, move.after) in _FAILED_BY for move in path.moves)


def _failed(index: HistoryIndex, timeline: RecordTimeline) -> Iterator[Anomaly]:
    for began, ended in pairwise(timeline.changes):
        verb = _FAILED_BY.get((ended.before, ended.after))
        if verb is None or (verb == "resize" and ended.reason is None):
            continue
        failure = FailedOperation(timeline.location, timeline.name, timeline.share, began.at, ended.at)
        if not is_excused(index, failure):
            asked = named(index.ops_by_name, timeline.location, timeline.name)
            what = "update" if verb == "resize" and any(op.kind in _OTHERS for op in asked) else verb
            message = f"its {what} failed, and nothing had gone wrong"
            yield _unforced(failure, message, of_change(began), of_change(ended))


def _stale(index: HistoryIndex) -> Iterator[Anomaly]:
    """A command that its cluster called overtaken, though nothing newer was sent."""
    stale = Code.STALE
    for row in index.history.attempts:
        if row.code is stale and row.is_command and not is_overtaken(index, row):
            failure = FailedOperation(
                row.location, row.name, None, row.began_at, inf if row.ended_at is None else row.ended_at
            )
            if not is_excused(index, failure):
                yield _unforced(failure, f"its {row.verb} was stale, and nothing newer had been sent", of_attempt(row))


def _answers(index: HistoryIndex) -> Iterator[Anomaly]:
    """What clients were told at once: an error of the service's own, or that a name is taken which nobody had used."""
    for op in index.history.ops:
        if op.completed_at is None or op.status is None:
            continue
        if op.status in _OWN_ERRORS:
            message = f"{op.kind} was answered {op.status}, and nothing had gone wrong"
        elif op.status == _TAKEN and op.kind is OpKind.CREATE and op.cause not in DECIDED and _is_first(index, op):
            message = f"its create was answered {op.status}, and nobody had asked for it before"
        else:
            continue
        failure = FailedOperation(op.location, op.name, op.share, op.invoked_at, op.completed_at)
        if not is_excused(index, failure):
            yield _unforced(failure, message, of_op(op))


def _is_first(index: HistoryIndex, op: Op) -> bool:
    """Whether it was the first try of the first op about the name."""
    ended = op.completed_at if op.completed_at is not None else inf
    about = named(index.ops_by_name, op.location, op.name)
    return op.tries == 1 and all(other is op or other.invoked_at > ended for other in about)


def _access(index: HistoryIndex) -> Iterator[Anomaly]:
    """Access changes that were accepted and came to nothing."""
    for lost in lost_access_changes(index):
        failure = FailedOperation(lost.op.location, lost.op.name, lost.op.share, lost.op.invoked_at, inf)
        if not is_hindered(index, failure):
            seen = [] if lost.effect is None else [of_effect(lost.effect)]
            yield _unforced(failure, f"{lost.message}, and nothing had gone wrong", of_op(lost.op), *seen)


def _never_made(index: HistoryIndex) -> Iterator[Anomaly]:
    """Where no log shows it: a create was accepted, nobody asked for a delete, and no record is there at rest."""
    last = index.reading("api", 2) or index.reading("api", 1)
    if last is None or not last.ok:
        return
    records = index.records(last.round)
    for op in index.ops_of(OpKind.CREATE):
        about = named(index.ops_by_name, op.location, op.name)
        if op.result is not OpResult.OK or op.body_differs or any(row.kind is OpKind.DELETE for row in about):
            continue
        if op.name not in records.get(op.location, {}):
            ended = min((row.completed_at or last.at for row in about if _says_gone(row, op)), default=last.at)
            failure = FailedOperation(op.location, op.name, op.share, op.invoked_at, ended)
            if not is_excused(index, failure):
                message = "its create was accepted and came to nothing, and nothing had gone wrong"
                yield _unforced(failure, message, of_op(op), of_reading(last, absent=f"{op.location}/{op.name}"))


def _says_gone(row: Op, create: Op) -> bool:
    return row.kind is OpKind.GET and row.status == 404 and row.invoked_at >= create.invoked_at


def _unforced(failure: FailedOperation, message: str, *witnesses: Witness) -> Anomaly:
    return anomaly("L5", failure.location, failure.name, message, *witnesses)


UNFORCED_FAILURES = Checker(
    invariant="L5",
    title="nothing fails without a cause",
    find=_find,
    helped_by=frozenset({Need.CHANGE_LOG, Need.COMMAND_LOG, Need.REASONS}),
    excuse=starvation,
)
