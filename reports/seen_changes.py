"""The changes of state of a service without a change log, as far as its clients saw them: what figures are taken from.

A change is dated by the answer that showed it, late by up to the time between two polls; what came and went in between
is missing. No invariant is judged by these.
"""

from itertools import count

from reports.history import History, Op, OpKind, OpResult, Reading, StateChange

__all__ = ["seen_changes"]

_CLIENTS = "clients"
_NOT_FOUND = 404


def seen_changes(history: History) -> tuple[StateChange, ...]:
    """In order. A share is told from an earlier one of its name by having been gone in between."""
    seen = _Seen()
    answered = [op for op in history.ops if op.completed_at is not None]
    for op in sorted(answered, key=lambda op: op.completed_at or 0.0):
        seen.answer(op)
    rested = [row for row in history.readings if row.side == "api" and row.ok and row.round > 0]
    for reading in rested[-1:]:
        seen.read(reading)
    return tuple(seen.changes)


class _Seen:
    """What is known of each share while the answers are gone through."""

    def __init__(self) -> None:
        self.changes: list[StateChange] = []
        self._states: dict[tuple[str, str], tuple[str, str]] = {}
        self._lives = count(1)

    def answer(self, op: Op) -> None:
        """Note what the answer to an op shows."""
        at, key = op.completed_at or 0.0, (op.location, op.name)
        is_there = key in self._states
        match op.kind, op.result:
            case OpKind.CREATE, OpResult.OK if not is_there:
                self._move(at, key, op.state or "pending", op.share)
            case OpKind.DELETE, OpResult.OK if is_there:
                self._move(at, key, op.state or "deleting")
            case OpKind.GET, OpResult.OK if is_there and op.state is not None:
                self._move(at, key, op.state)
            case OpKind.GET, OpResult.FAIL if is_there and op.status == _NOT_FOUND:
                self._move(at, key, None)
            case _:
                return

    def read(self, reading: Reading) -> None:
        """Note what was there at rest, and what was not."""
        shown = {(share.location, share.name): share.state for share in reading.shares}
        for key in list(self._states):
            if key not in shown or shown[key] is not None:
                self._move(reading.at, key, shown.get(key))

    def _move(self, at: float, key: tuple[str, str], after: str | None, share: str | None = None) -> None:
        known, before = self._states.get(key, (None, None))
        if before == after:
            return
        name = known or share or f"{key[0]}/{key[1]}#{next(self._lives)}"
        self.changes.append(
            StateChange(
                number=len(self.changes) + 1,
                at=at,
                share=name,
                location=key[0],
                name=key[1],
                before=before,
                after=after,
                writer=_CLIENTS,
            )
        )
        if after is None:
            del self._states[key]
        else:
            self._states[key] = (name, after)
