"""The timeline of a record: what the pipeline's own log says of it, and the path that it took."""

from collections.abc import Callable, Iterable, Sequence
from math import inf
from operator import attrgetter
from typing import NamedTuple

from harness.checkers.grouping import NUMBER, grouped
from reports.history import StateChange

__all__ = ["Move", "Path", "RecordTimeline", "timelines_of"]


class Move(NamedTuple):
    """A change of state without its record and its instant. before, after: as in `StateChange`."""

    before: str | None
    after: str | None
    writer: str


_MOVE: Callable[[StateChange], tuple[str | None, str | None, str]] = attrgetter("before", "after", "writer")


class Path:
    """The moves of a record, in order. Of a million records most take one of a few paths.

    So what moves alone decide is decided once per path: it is one object for all the records that took it.
    first: by state, the place of the first move into it; None is the removal. active: the places of the moves into
    that state. there: … into a state in which the share must be on its cluster.
    """

    __slots__ = ("active", "first", "moves", "there")

    def __init__(self, moves: Iterable[tuple[str | None, str | None, str]]) -> None:
        self.moves: Sequence[Move] = [Move(*move) for move in moves]
        self.active: Sequence[int] = self._places("active")
        self.there: Sequence[int] = self._places("active", "updating")
        self.first: dict[str | None, int] = {}
        for place, move in enumerate(self.moves):
            self.first.setdefault(move.after, place)

    def _places(self, *states: str) -> Sequence[int]:
        return [place for place, move in enumerate(self.moves) if move.after in states]


class RecordTimeline(NamedTuple):
    """One record. changes: in the order of the log, and so are the moves of the path.

    A tuple like `ShareLifetime`: a run may have a million, and a frozen dataclass takes four times as long to create.
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

    def span(self, place: int) -> tuple[float, float]:
        """How long the state lasted into which a move led; the last has no end."""
        changes, following = self.changes, place + 1
        return changes[place].at, changes[following].at if following < len(changes) else inf


def timelines_of(changes: Iterable[StateChange]) -> dict[str, RecordTimeline]:
    """By the record's id, in the order in which the records were made."""
    paths: dict[tuple[tuple[str | None, str | None, str], ...], Path] = {}
    timelines: dict[str, RecordTimeline] = {}
    for share, rows in grouped(sorted(changes, key=NUMBER), by=attrgetter("share")).items():
        moves = tuple(map(_MOVE, rows))
        path = paths.get(moves)
        if path is None:
            path = paths[moves] = Path(moves)
        timelines[share] = RecordTimeline(share, rows[0].location, rows[0].name, rows, path)
    return timelines
