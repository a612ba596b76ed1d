"""S12: no operation is accepted on a share that is not active.

Without a log of changes, the weaker form: none is accepted on a share that its cluster made only afterwards. With that
of a service that is spoken to by a sheet: none is accepted while the share is busy all through the request.
"""

from collections.abc import Iterator, Sequence

from harness.checkers.checker import Checker, Need
from harness.checkers.grouping import named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.record_timeline import Move, Path
from harness.checkers.witness import anomaly, of_change, of_effect, of_op
from reports.allowances import LogDetail
from reports.history import Op, OpKind, OpResult
from reports.verdicts import Anomaly

__all__ = ["ONLY_ACTIVE"]

_ASKED = frozenset({"updating", "deleting"})
"""States that an operation brings about: an API that also carries out what it accepts writes others as well."""

_OPERATIONS = frozenset(OpKind) - {OpKind.CREATE, OpKind.GET, OpKind.LIST}
_BRINGS = {OpKind.DELETE: "deleting", OpKind.RESIZE: "updating"}
_OPEN = frozenset({"active", "lost"})
"""States in which an operation may begin; of a lost share these are verify and delete."""
_CANCEL = ("pending", "deleting")
_BUSY = frozenset({"pending", "updating", "failing", "deleting"})
_OK = OpResult.OK


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    judge = _by_changes if index.logs(LogDetail.OWNER) else _by_states if index.history.has_changes else _by_effects
    for op in index.history.ops:
        if op.result is _OK and op.kind in _OPERATIONS:
            yield from judge(index, op)
    for timeline in index.timelines_along(lambda path: any(map(_out_of_turn, path.moves))):
        for change, move in zip(timeline.changes, timeline.path.moves, strict=True):
            if _out_of_turn(move) and (move.before, move.after) not in index.bounds.allowances.moves:
                message = f"the API accepted an operation while it was {change.before}"
                yield anomaly("S12", timeline.location, timeline.name, message, of_change(change))


def _out_of_turn(move: Move) -> bool:
    return move.writer == "api" and move.after in _ASKED and move.before not in _OPEN


def _by_changes(index: HistoryIndex, op: Op) -> Iterator[Anomaly]:
    if not _was_active(index, op):
        yield _accepted_while_busy(index, op)


def _by_states(index: HistoryIndex, op: Op) -> Iterator[Anomaly]:
    """What is done already, or is not there, may be answered with anything; access may change at any time."""
    brings = _BRINGS.get(op.kind)
    if brings is None:
        yield from _by_effects(index, op)
        return
    since = op.invoked_at - index.bounds.skew
    until = (op.completed_at or op.invoked_at) + index.bounds.skew
    for timeline in named(index.timelines_by_name, op.location, op.name):
        for place, change in enumerate(timeline.changes):
            begins, ends = timeline.span(place)
            busy = change.after in _BUSY - {brings if op.kind is OpKind.DELETE else None}
            if busy and begins < since and ends > until and (change.after, brings) not in index.bounds.allowances.moves:
                message = f"{op.kind} was accepted, and it was {change.after} all through the request"
                yield anomaly("S12", op.location, op.name, message, of_op(op), of_change(change))


def _by_effects(index: HistoryIndex, op: Op) -> Iterator[Anomaly]:
    """What was not yet made cannot have been active; what is gone, or never comes, may be answered with anything."""
    if op.completed_at is None or (op.location, op.name) in index.preexisting:
        return
    born = [lifetime.born for lifetime in named(index.lifetimes, op.location, op.name)]
    if born and born[0].at > op.completed_at + index.bounds.skew:
        message = f"{op.kind} was accepted, and its share was made only afterwards"
        yield anomaly("S12", op.location, op.name, message, of_op(op), of_effect(born[0]))


def _idle(index: HistoryIndex) -> str | None:
    logs = index.history.has_changes or index.history.has_effect_log
    return None if logs else f"no {Need.CHANGE_LOG} and no {Need.EFFECT_LOG}"


def _was_active(index: HistoryIndex, op: Op) -> bool:
    """At some instant between question and answer, or the answer is wrong."""
    since = op.invoked_at - index.bounds.skew
    until = (op.completed_at or op.invoked_at) + index.bounds.skew
    for timeline in named(index.timelines_by_name, op.location, op.name):
        for place in _open_places(index, op, timeline.path):
            begins, ends = timeline.span(place)
            if begins <= until and ends >= since:
                return True
    return False


def _open_places(index: HistoryIndex, op: Op, path: Path) -> Sequence[int]:
    """The places of the moves into a state in which the operation may begin."""
    cancels = op.kind is OpKind.DELETE and _CANCEL in index.bounds.allowances.moves
    if not cancels and "lost" not in path.first:
        return path.active
    states = _OPEN | {"pending"} if cancels else _OPEN
    return [place for place, move in enumerate(path.moves) if move.after in states]


def _accepted_while_busy(index: HistoryIndex, op: Op) -> Anomaly:
    timelines = named(index.timelines_by_name, op.location, op.name)
    changes = [of_change(change) for timeline in timelines for change in timeline.changes]
    message = f"{op.kind} was accepted, and it was active at no instant of the request"
    return anomaly("S12", op.location, op.name, message, of_op(op), *changes[:4])


ONLY_ACTIVE = Checker(
    invariant="S12",
    title="no operation on a share that is not active",
    find=_find,
    helped_by=frozenset({Need.CHANGE_LOG, Need.WRITERS, Need.OWNERS}),
    idle=_idle,
)
