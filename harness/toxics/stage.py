"""One toxic on one direction of one connection: keeps the order, and each piece until it is due."""

import asyncio
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from connector.chance import Chance
from harness.toxics.toxic import Direction, Ending, Item, Passing, Toxic

__all__ = ["Place", "ToxicStage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a piece is: connection `number` of a link, one way. With the seed, what a toxic draws there is decided."""

    loop: asyncio.AbstractEventLoop
    seed: int
    link: str
    number: int
    way: Direction


@dataclass(frozen=True, slots=True)
class _Held:
    """A piece that waits. arrived, chunk: of what it is a piece, should the toxic change meanwhile."""

    due: float
    item: Item
    arrived: float
    chunk: int


class ToxicStage:
    """Made when its toxic meets the connection; closed by its pipe.

    emit: takes what goes on. ended: called where the toxic ends the connection. affected: called once, when the toxic
    first affects it.
    """

    def __init__(
        self,
        toxic: Toxic,
        place: Place,
        *,
        emit: Callable[["ToxicStage", Item], None],
        ended: Callable[[Ending], None],
        affected: Callable[[Toxic], None],
    ) -> None:
        self.toxic = toxic
        self.held = 0
        self._loop = place.loop
        self._draw = partial(Chance(place.seed, place.link, toxic.name, place.way).u01, place.number)
        self._emit, self._ended, self._affected = emit, ended, affected
        self._queue: deque[_Held] = deque()
        self._chunks = 0
        self._passed = 0
        self._left_at = -math.inf
        self._met_at = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None
        self._fuse: asyncio.Handle | None = None
        self._light()

    def feed(self, item: Item) -> None:
        """Take a piece; it goes on when it is due."""
        self._chunks += 1
        self._admit(item, self._loop.time(), self._chunks)
        self._release(self._loop.time())

    def change(self, toxic: Toxic) -> None:
        """The same toxic with other parameters: what waits is due by the new ones, from when it came."""
        self.toxic = toxic
        for row in self._take_all():
            self._admit(row.item, row.arrived, row.chunk)
        self._light()
        self._release(self._loop.time())

    def drain(self) -> list[Item]:
        """End, and leave what still waited, in order."""
        if self._fuse is not None:
            self._fuse.cancel()
        return [row.item for row in self._take_all()]

    def _take_all(self) -> list[_Held]:
        if self._timer is not None:
            self._timer.cancel()
        rows = list(self._queue)
        self._queue.clear()
        self.held = 0
        return rows

    def _admit(self, item: Item, arrived: float, chunk: int) -> None:
        free_at = self._queue[-1].due if self._queue else self._left_at
        passing = Passing(
            at=arrived, free_at=free_at, before=self._passed + self.held, draw=lambda index: self._draw(chunk, index)
        )
        shaped = tuple(self.toxic.kind.shape(self.toxic.parameters, item, passing))
        if shaped != ((arrived, item),):
            self._affected(self.toxic)
        for due, piece in shaped:
            free_at = max(free_at, due)
            self._queue.append(_Held(free_at, piece, arrived, chunk))
            self.held += _size(piece)

    def _release(self, until: float) -> None:
        """Let go of what is due. `until` is the timer's own instant: a clock may ring a hair early."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._queue and self._queue[0].due <= until:
            row = self._queue.popleft()
            self._left_at = row.due
            self.held -= _size(row.item)
            self._passed += _size(row.item)
            self._emit(self, row.item)
        if self._queue and self._queue[0].due < math.inf:
            due = self._queue[0].due
            self._timer = self._loop.call_at(due, self._release, due)

    def _light(self) -> None:
        if self._fuse is not None:
            self._fuse.cancel()
            self._fuse = None
        ending = self.toxic.kind.ends(self.toxic.parameters)
        if ending is not None:
            after, how = ending
            due = self._met_at + after
            # What is due at once comes before anything that is begun after this.
            soon = due <= self._loop.time()
            self._fuse = self._loop.call_soon(self._burn, how) if soon else self._loop.call_at(due, self._burn, how)

    def _burn(self, how: Ending) -> None:
        self._affected(self.toxic)
        self._ended(how)


def _size(item: Item) -> int:
    return len(item) if isinstance(item, bytes) else 0
