"""The coverage of a run: which fault was injected where, and in which state of the record it concerned.

The states of a service without a log of changes are those that its clients saw.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator

from reports.history import History, StateChange
from reports.seen_changes import seen_changes

__all__ = ["exercised"]

_NONE = "none"


def exercised(history: History) -> frozenset[str]:
    """Coverage items: a schedule whose run shows a new one is worth changing a little."""
    return frozenset(_items(history))


def _items(history: History) -> Iterator[str]:
    changes = history.changes if history.has_changes else seen_changes(history)
    states = _States(changes)
    for row in history.injections:
        state = states.of(row.cluster, row.key or "", row.at)
        yield f"{row.fault} at {row.site} of {row.verb or 'a connection'} while {state}"
    for action in history.nemesis:
        if action.action in {"kill", "terminate", "pause", "crash", "skew", "hold"}:
            _, of, call = action.detail.partition(" of ")
            yield f"{action.action} {action.target}{of}{call} while {' and '.join(states.at(action.at)) or _NONE}"
    for attempt in history.attempts:
        if attempt.verb and attempt.code is not None:
            state = states.of(attempt.location, attempt.name, attempt.began_at)
            yield f"{attempt.hop} {attempt.verb} met {attempt.code} while {state}"
    for change in changes:
        yield f"{change.writer} moved {change.before or _NONE} to {change.after or _NONE}"


class _States:
    """The state of each record over time."""

    def __init__(self, changes: Iterable[StateChange]) -> None:
        self._moves: dict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
        for change in changes:
            self._moves[change.location, change.name].append((change.at, change.after or _NONE))

    def of(self, location: str, name: str, at: float) -> str:
        moves = self._moves.get((location, name), [])
        passed = bisect_right(moves, at, key=lambda move: move[0])
        return moves[passed - 1][1] if passed else _NONE

    def at(self, at: float) -> list[str]:
        """The states of all records that there are, each once."""
        return sorted({self.of(*key, at) for key in self._moves} - {_NONE})
