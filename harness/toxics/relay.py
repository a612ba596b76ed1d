"""A TCP relay that stands on a link and lets toxics at what passes; on real sockets and on a virtual loop alike."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Mapping
from types import TracebackType
from typing import Any, Self

from connector.chance import Chance
from harness.toxics.connection import Connection
from harness.toxics.door import Door, OpensDoors
from harness.toxics.errors import ToxicError
from harness.toxics.kernel_door import KernelDoor
from harness.toxics.side import Side
from harness.toxics.stage import Place
from harness.toxics.toxic import Direction, DoorState, Ending, Toxic

__all__ = ["OnAffected", "Relay"]

OnAffected = Callable[[Toxic, int | None], None]
"""Told when a toxic first makes a difference to a connection (its number), or to the whole link (None)."""


def _unheard(toxic: Toxic, connection: int | None) -> None:
    """Nobody wants to know."""


class Relay:
    """Stands before one upstream, while its context lasts; then its connections are reset.

    link: its name, which with the seed decides what toxics draw. Toxics work in their order; every change of them takes
    effect at once, on connections that are open too, and no byte overtakes another. Whether a toxic meets a connection
    is a function of the seed, the toxic's name and the connection's number: other toxics make no difference. host: in
    virtual time, the name of one, on which the relay then is a process beside the others. port 0: any free one. Raises
    `OSError` on entering.
    """

    def __init__(
        self,
        upstream_host: str,
        upstream_port: int,
        *,
        link: str,
        seed: int,
        toxics: Iterable[Toxic] = (),
        affected: OnAffected = _unheard,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.link = link
        self._upstream = (upstream_host, upstream_port)
        self._seed = seed
        self._heard = affected
        self._wanted = (host, port)
        self._toxics: dict[str, Toxic] = {}
        self._early = tuple(toxics)
        self._door: Door | None = None
        self._connections: dict[int, Connection] = {}
        self._counters: Counter[str] = Counter()
        self._numbers = 0
        self._tasks: dict[asyncio.Task[None], None] = {}
        self._all_gone = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        if isinstance(self._loop, OpensDoors):
            self._door = await self._loop.open_door(self, *self._wanted)
        else:
            self._door = KernelDoor(self, self._spawn, *self._wanted)
        self._group = await asyncio.TaskGroup().__aenter__()
        for toxic in self._early:
            self.add(toxic)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._door is not None
        self._door.settle(DoorState.CLOSED, slow=False)
        for task in list(self._tasks):
            task.cancel()
        self.reset_all()
        # The body's own error is not the group's; a cancellation may be, where one of its tasks has failed.
        cancelled = kind is not None and issubclass(kind, asyncio.CancelledError)
        await (self._group.__aexit__(kind, error, trace) if cancelled else self._group.__aexit__(None, None, None))
        self._door.close()
        self.reset_all()
        if self._connections:
            await self._all_gone.wait()

    @property
    def host(self) -> str:
        return self._address[0]

    @property
    def port(self) -> int:
        return self._address[1]

    @property
    def toxics(self) -> tuple[Toxic, ...]:
        """In the order in which they work."""
        return tuple(self._toxics.values())

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._connections)

    @property
    def counters(self) -> Mapping[str, int]:
        """Since it was opened: connections accepted, unreachable; bytes up, down; by toxic `affected.NAME`."""
        return dict(self._counters)

    def add(self, toxic: Toxic) -> None:
        """Put one more behind those that are there. Raises `ToxicError` where its name is taken."""
        if toxic.name in self._toxics:
            raise ToxicError(f"link {self.link}: there is a toxic {toxic.name!r} already; update or remove it")
        self._toxics[toxic.name] = toxic
        self._settle()
        if toxic.kind.door is not DoorState.OPEN and toxic.toxicity >= 1:
            # Attempts that are refused or hang leave no trace of their own.
            self._note_affected(toxic, None)

    def update(self, toxic: Toxic) -> None:
        """Put it in the place of the one of its name and kind. Raises `ToxicError` where there is none."""
        before = self._named(toxic.name)
        if before.kind is not toxic.kind:
            raise ToxicError(
                f"link {self.link}: {toxic.name!r} is a {before.kind.name}; remove it to have another kind"
            )
        self._toxics[toxic.name] = toxic
        self._settle()

    def remove(self, name: str) -> None:
        """Take one away; what it held goes on, in order. Raises `ToxicError` where there is none."""
        self._named(name)
        del self._toxics[name]
        self._settle()

    def clear(self) -> None:
        """Take all away."""
        self._toxics.clear()
        self._settle()

    def reset_all(self) -> None:
        """Reset every connection that is open."""
        for connection in list(self._connections.values()):
            connection.end(Ending.RESET)

    # What the door asks.

    def next_number(self) -> int:
        self._numbers += 1
        return self._numbers

    def accept_delay(self, number: int) -> float:
        return sum(self._delays(number, lambda toxic: toxic.kind.before_accept(toxic.parameters)))

    def admit(self, number: int) -> Side:
        connection = Connection(
            Place(loop=self._loop, seed=self._seed, link=self.link, number=number, way=Direction.UP),
            carried=self._carried,
            affected=self._note_affected,
            gone=self._forget,
        )
        self._connections[number] = connection
        self._all_gone.clear()
        self._counters["accepted"] += 1
        connection.fit(self._meeting(number))
        self._note_opening(number)
        self._spawn(self._dial(connection))
        return connection.near

    @property
    def _address(self) -> tuple[str, int]:
        assert self._door is not None, "the relay is not open"
        return self._door.address

    def _named(self, name: str) -> Toxic:
        if name not in self._toxics:
            raise ToxicError(f"link {self.link}: no toxic {name!r}; there are: {', '.join(self._toxics) or 'none'}")
        return self._toxics[name]

    def _meeting(self, number: int) -> tuple[Toxic, ...]:
        return tuple(toxic for toxic in self._toxics.values() if self._meets(toxic, number))

    def _meets(self, toxic: Toxic, number: int) -> bool:
        return toxic.toxicity >= 1 or Chance(self._seed, self.link, toxic.name, "toxicity").u01(number) < toxic.toxicity

    def _delays(self, number: int, of: Callable[[Toxic], float]) -> Iterable[float]:
        return (of(toxic) for toxic in self._meeting(number))

    def _note_opening(self, number: int) -> None:
        for toxic in self._meeting(number):
            if toxic.kind.before_accept(toxic.parameters) + toxic.kind.before_dial(toxic.parameters) > 0:
                self._note_affected(toxic, number)

    def _settle(self) -> None:
        if self._door is None:
            return
        whole = [toxic for toxic in self._toxics.values() if toxic.toxicity >= 1]
        states = {toxic.kind.door for toxic in whole}
        slow = any(toxic.kind.before_accept(toxic.parameters) > 0 for toxic in self._toxics.values())
        worst = max(states, key=list(DoorState).index, default=DoorState.OPEN)
        self._door.settle(worst, slow=slow)
        for number, connection in list(self._connections.items()):
            connection.fit(self._meeting(number))

    async def _dial(self, connection: Connection) -> None:
        after = sum(self._delays(connection.number, lambda toxic: toxic.kind.before_dial(toxic.parameters)))
        if not await connection.dial(*self._upstream, after=after):
            self._counters["unreachable"] += 1

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = self._group.create_task(coroutine)
        self._tasks[task] = None
        task.add_done_callback(lambda done: self._tasks.pop(done, None))

    def _carried(self, way: Direction, count: int) -> None:
        self._counters[way.value] += count

    def _note_affected(self, toxic: Toxic, connection: int | None) -> None:
        self._counters[f"affected.{toxic.name}"] += 1
        self._heard(toxic, connection)

    def _forget(self, connection: Connection) -> None:
        self._connections.pop(connection.number, None)
        if not self._connections:
            self._all_gone.set()
