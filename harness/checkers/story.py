"""The story of a record: what the pipeline's own log says of it, and the path that it took."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf
from operator import attrgetter
from typing import NamedTuple

from harness.checkers.grouped import NUMBER, grouped
from reports.history import StateChange

__all__ = ["Move", "Path", "Story", "stories_of"]


class Move(NamedTuple):
    """A change of state without its record and its instant. before, after: as in `StateChange`."""

    before: str | None
    after: str | None
    writer: str


_MOVE: Callable[[StateChange], tuple[str | None, str | None, str]] = attrgetter("before", "after", "writer")


class Path:
    """The moves of a record, in order. Of a million records most take one of a few paths.

    So what moves alone decide is decided once per path: it is one object for all the records that took it.
    """

    __slots__ = ("_entries", "first", "moves")

    def __init__(self, moves: Iterable[tuple[str | None, str | None, str]]) -> None:
        self.moves: Sequence[Move] = [Move(*move) for move in moves]
        self.first: Mapping[str | None, int] = {
            move.after: place for place, move in reversed(list(enumerate(self.moves)))
        }
        """By state, the place of the first move into it; None is the removal."""
        self._entries: dict[tuple[str | None, ...], Sequence[int]] = {}

    def entries(self, *states: str | None) -> Sequence[int]:
        """The places of all moves into one of `states`."""
        found = self._entries.get(states)
        if found is None:
            found = self._entries[states] = [place for place, move in enumerate(self.moves) if move.after in states]
        return found


class Story(NamedTuple):
    """One record. changes: in the order of the log, and so are the moves of the path.

    A tuple, as `Life` is: of both there may be a million, and a frozen dataclass takes four times as long to make.
    """

    share: str
    location: str
    name: str
    changes: Sequence[StateChange]
    path: Path

    @property
    def removed(self) -> StateChange | None:
        place = self.path.first.get(None)
        return None if place is None else self.changes[place]

    def first(self, state: str) -> StateChange | None:
        place = self.path.first.get(state)
        return None if place is None else self.changes[place]

    def spans(self, *states: str) -> list[tuple[float, float]]:
        """When the record was in one of `states`; the last span may be open (infinite)."""
        changes, last = self.changes, len(self.changes) - 1
        return [
            (changes[place].at, changes[place + 1].at if place < last else inf) for place in self.path.entries(*states)
        ]


def stories_of(changes: Iterable[StateChange]) -> dict[str, Story]:
    """By the record's id, in the order in which the records were made."""
    paths: dict[tuple[tuple[str | None, str | None, str], ...], Path] = {}
    stories: dict[str, Story] = {}
    for share, rows in grouped(sorted(changes, key=NUMBER), by=attrgetter("share")).items():
        moves = tuple(map(_MOVE, rows))
        path = paths.get(moves)
        if path is None:
            path = paths[moves] = Path(moves)
        stories[share] = Story(share, rows[0].location, rows[0].name, rows, path)
    return stories
