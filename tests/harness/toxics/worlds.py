"""A plain client and a plain server with a relay between them, on real sockets and on the virtual network."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any, TypeVar

from harness.toxics.relay import Relay
from harness.toxics.toxic import Direction, Toxic, ToxicKind
from harness.virtual.loop import VirtualLoop
from harness.virtual.network import Network

__all__ = ["Pair", "World", "connected", "elapsed", "pair", "run", "toxic", "until"]

T = TypeVar("T")
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class World(StrEnum):
    LIVE = "live"
    VIRTUAL = "virtual"


def run(world: World, main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run on a loop of that world; nothing may be left open."""
    net = Network()

    async def whole() -> T:
        async with asyncio.timeout(1000 if world is World.VIRTUAL else 30):
            try:
                return await main()
            finally:
                net.close()
                await asyncio.sleep(0)

    factory = asyncio.new_event_loop if world is World.LIVE else lambda: VirtualLoop(net)
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(whole())


def toxic(
    kind: ToxicKind,
    name: str = "",
    *,
    direction: Direction | None = None,
    toxicity: float = 1.0,
    **parameters: Any,
) -> Toxic:
    """A toxic, named as its kind unless it has a name of its own."""
    return Toxic(
        name=name or kind.name,
        kind=kind,
        parameters=kind.parameters(**parameters),
        direction=direction,
        toxicity=toxicity,
    )


class Pair:
    """A server, a relay before it, and the connections of both sides; all are closed at the end."""

    def __init__(self, relay: Relay, accepted: "asyncio.Queue[Streams]", opened: list[Streams]) -> None:
        self.relay = relay
        self._accepted = accepted
        self._opened = opened

    async def connect(self) -> Streams:
        """A client's connection to the relay."""
        streams = await asyncio.open_connection(self.relay.host, self.relay.port)
        self._opened.append(streams)
        return streams

    async def accepted(self) -> Streams:
        """The server's next connection."""
        return await self._accepted.get()

    async def both(self) -> tuple[Streams, Streams]:
        """A connection, seen by the client and by the server."""
        client = await self.connect()
        return client, await self.accepted()


@asynccontextmanager
async def pair(*toxics: Toxic, seed: int = 1, **options: Any) -> AsyncIterator[Pair]:
    accepted: asyncio.Queue[Streams] = asyncio.Queue()
    opened: list[Streams] = []

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append((reader, writer))
        accepted.put_nowait((reader, writer))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    try:
        async with Relay(host, port, link="test", seed=seed, toxics=toxics, **options) as relay:
            yield Pair(relay, accepted, opened)
    finally:
        server.close()
        for reader, writer in opened:
            writer.transport.abort()
            reader.exception()  # a reset that nobody met is not an error of the test
        await asyncio.sleep(0)
        await asyncio.sleep(0)


@asynccontextmanager
async def connected(*toxics: Toxic, seed: int = 1, **options: Any) -> AsyncIterator[tuple[Pair, Streams, Streams]]:
    """A pair with one connection: the pair, the client's streams, the server's."""
    async with pair(*toxics, seed=seed, **options) as both:
        client, server = await both.both()
        yield both, client, server


async def until(holds: Callable[[], bool]) -> None:
    """Look until it holds."""
    while not holds():
        await asyncio.sleep(0.001)


async def elapsed(awaitable: Awaitable[T]) -> tuple[float, T]:
    """Seconds of the loop that it took, and what it gave."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    result = await awaitable
    return loop.time() - begun, result
