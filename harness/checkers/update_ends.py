"""The ends of updates: stretches of `updating` that ended in `active`, and the ops that may have begun them."""

from collections.abc import Sequence

from harness.checkers.record_timeline import Move, Path
from reports.history import Effect, Op, OpKind, OpResult, StateChange

__all__ = ["UPDATES", "ends_update", "has_updates", "held_between", "may_have_begun"]

UPDATES = frozenset(OpKind) - {OpKind.CREATE, OpKind.DELETE, OpKind.GET, OpKind.LIST}
"""The ops that make an active record `updating`."""

_FAIL, _OK = OpResult.FAIL, OpResult.OK


def has_updates(path: Path) -> bool:
    """Whether a record was updated, and active again."""
    return any(map(ends_update, path.moves))


def ends_update(move: Move | StateChange) -> bool:
    """Whether a move leads from `updating` to `active`."""
    return (move.before, move.after) == ("updating", "active")


def may_have_begun(op: Op, began: StateChange, skew: float) -> bool:
    """Whether the change may have been accepted for this op. An unclear one may be taken up after its client left."""
    if op.kind not in UPDATES or op.invoked_at > began.at + skew or (op.result is _FAIL and op.tries == 1):
        return False
    return op.result is not _OK or op.completed_at is None or op.completed_at >= began.at - skew


def held_between(steps: Sequence[Effect], since: float, until: float) -> Sequence[Effect]:
    """The steps that held at some time from `since` to `until`, the last first.

    What landed late may have come after the service looked, so that what was before it is as good an answer.
    """
    held: list[Effect] = []
    for step in reversed(steps):
        if step.at > until:
            continue
        held.append(step)
        if step.at < since and not step.late:
            break
    return held
