"""One relayed connection: two sockets and a pipe each way between them."""

import asyncio
from collections.abc import Callable, Sequence

from connector.values import replace
from harness.toxics.pipe import Pipe
from harness.toxics.side import Side
from harness.toxics.stage import Place
from harness.toxics.toxic import Direction, Ending, Item, Toxic

__all__ = ["WINDOW", "Connection"]

WINDOW = 4 * 1024 * 1024
"""Bytes under way in one direction; then its sender is held up, as by TCP's own window."""


class Connection:
    """near: the side that connected to the relay; far: where the relay connects to.

    carried: is told of bytes delivered, and which way. affected: of each toxic, once, when it first makes a difference
    here. gone: when both sockets are closed.
    """

    def __init__(
        self,
        place: Place,
        *,
        carried: Callable[[Direction, int], None],
        affected: Callable[[Toxic, int], None],
        gone: Callable[["Connection"], None],
    ) -> None:
        self.number = place.number
        self._loop = place.loop
        self._carried, self._affected, self._gone = carried, affected, gone
        self._noted: set[str] = set()
        self._open = 1
        self._dialled = self._over = False
        self._finished: set[Direction] = set()
        self._up = self._pipe(replace(place, way=Direction.UP))
        self._down = self._pipe(replace(place, way=Direction.DOWN))
        self.near = Side(arrived=self._up_arrived, changed=self._balance, gone=self._left)
        self.far = Side(arrived=self._down_arrived, changed=self._balance, gone=self._left)

    def fit(self, toxics: Sequence[Toxic]) -> None:
        """Have these toxics from now on."""
        self._up.fit([toxic for toxic in toxics if toxic.works(Direction.UP)])
        self._down.fit([toxic for toxic in toxics if toxic.works(Direction.DOWN)])
        self._balance()

    async def dial(self, host: str, port: int, *, after: float) -> bool:
        """Connect the far side; whether it could be. The near one, which thought it was through, is reset if not."""
        if after > 0:
            await asyncio.sleep(after)
        if self._over:
            return True
        try:
            await self._loop.create_connection(self._far_side, host, port)
        except OSError:
            self.end(Ending.RESET)
            return False
        self._dialled = True
        self._balance()
        return True

    def end(self, how: Ending) -> None:
        """Close or reset both sides, whatever is under way."""
        self._over = True
        self._up.close()
        self._down.close()
        self.near.send(how)
        self.far.send(how)

    def _far_side(self) -> Side:
        self._open += 1
        return self.far

    def _pipe(self, place: Place) -> Pipe:
        def deliver(item: Item) -> None:
            self._deliver(place.way, item)

        return Pipe(place, deliver=deliver, ended=self._ended, affected=self._note)

    def _up_arrived(self, item: Item) -> None:
        self._up.feed(item)
        self._balance()

    def _down_arrived(self, item: Item) -> None:
        self._down.feed(item)
        self._balance()

    def _deliver(self, way: Direction, item: Item) -> None:
        sink = self.far if way is Direction.UP else self.near
        if isinstance(item, bytes):
            self._carried(way, len(item))
            sink.send(item)
        elif item is Ending.FIN:
            sink.send(Ending.FIN)
            self._finished.add(way)
            if len(self._finished) == 2:
                self.end(Ending.CLOSE)
        else:
            self.end(item)
        self._balance()

    def _balance(self) -> None:
        """Read from each side as long as the other way of it has room."""
        if not self._over:
            self.near.read(self._dialled and not self.far.blocked and self._up.held <= WINDOW)
            self.far.read(not self.near.blocked and self._down.held <= WINDOW)

    def _ended(self, how: Ending) -> None:
        if not self._over:
            self.end(how)

    def _note(self, toxic: Toxic) -> None:
        if toxic.name not in self._noted:
            self._noted.add(toxic.name)
            self._affected(toxic, self.number)

    def _left(self) -> None:
        self._open -= 1
        if self._open == 0:
            self._gone(self)
