"""An in-memory network between named hosts: listeners, connections, latency, partitions, and the end of a host."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from harness.virtual.endpoint import Endpoint
from harness.virtual.hosts import Host, current_host
from harness.virtual.partitions import Partitions
from harness.virtual.stream import MemoryTransport, join

__all__ = ["HERE", "Listener", "Network"]

HERE = frozenset({"127.0.0.1", "localhost", "0.0.0.0", "::1", "", "None"})
"""Names by which every host means itself."""
_FIRST_PORT = 20_000

Factory = Callable[[], asyncio.BaseProtocol]
Accept = Callable[[], Awaitable[Factory]]


class Listener:
    """What `loop.create_server` answers: enough of `asyncio.Server` for uvicorn and asyncssh.

    accept: runs as whoever connects, and takes as long as the connection takes to open; answers what the connection
    talks to instead of the listener's own protocol, or raises what `connect` shall raise.
    """

    def __init__(self, net: "Network", host: Host, port: int, factory: Callable[[], asyncio.BaseProtocol]) -> None:
        self._net = net
        self.host, self.port, self.factory = host, port, factory
        self.accept: Accept | None = None

    @property
    def sockets(self) -> tuple[Endpoint, ...]:
        return (Endpoint((self.host.name, self.port)),)

    def get_loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    def is_serving(self) -> bool:
        return self._net.listener(self.host.name, self.port) is self

    def close(self) -> None:
        self._net.unlisten(self)

    async def start_serving(self) -> None:
        """It serves since it was made."""

    async def wait_closed(self) -> None:
        """Closing is immediate."""

    async def __aenter__(self) -> "Listener":
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.close()


class Network:
    """All listeners and connections. latency: one-way seconds on every link between two hosts; none within a host.

    partitions: the partitions, which hold for the short ways past this network too.
    """

    def __init__(self, *, latency: float = 0.0) -> None:
        self.latency = latency
        self._listeners: dict[tuple[str, int], Listener] = {}
        self._known: set[str] = set()
        self._machines: dict[str, tuple[str, ...]] = {}
        # A dictionary keeps the order in which they were opened; a set of objects would not.
        self._open: dict[MemoryTransport, None] = {}
        self.partitions = Partitions()
        self._ports = itertools.count(_FIRST_PORT)

    def knows(self, host: str) -> bool:
        """Whether anything has ever listened on a host of that name."""
        return host in HERE or host in self._known

    def share_loopback(self, names: Iterable[str]) -> None:
        """Hosts of these names are processes of one machine: each finds the ports of all at 127.0.0.1."""
        machine = tuple(names)
        self._machines.update(dict.fromkeys(machine, machine))

    def listener(self, host: str, port: int) -> Listener | None:
        return self._listeners.get((host, port))

    async def listen(self, factory: Callable[[], asyncio.BaseProtocol], host: str, port: int) -> Listener:
        """What `loop.create_server` asks."""
        return self.bind(factory, port)

    def bind(self, factory: Callable[[], asyncio.BaseProtocol], port: int) -> Listener:
        """Listen on the current host. Raises `OSError` (address in use) as a real one does."""
        here = current_host()
        chosen = port or next(self._ports)
        if (here.name, chosen) in self._listeners:
            raise OSError(98, f"Address already in use: {here.name}:{chosen}")
        listener = Listener(self, here, chosen, factory)
        self._listeners[here.name, chosen] = listener
        self._known.add(here.name)
        return listener

    def unlisten(self, listener: Listener) -> None:
        key = (listener.host.name, listener.port)
        if self._listeners.get(key) is listener:
            del self._listeners[key]

    async def connect(self, factory: Callable[[], asyncio.BaseProtocol], host: str, port: int) -> tuple[Any, Any]:
        """Connect from the current host. Raises `ConnectionRefusedError`, or `TimeoutError` across a partition."""
        source = current_host()
        target = self._near(source.name, port) if host in HERE else host
        delay = self._delay(source.name, target)
        if self.partitions.blocked(source.name, target):
            try:
                await self.partitions.wait_connect(source.name, target)
            except TimeoutError:
                raise TimeoutError(110, f"Connect call timed out: {target}:{port}") from None
        await asyncio.sleep(2 * delay)
        listener = self._serving(target, port)
        accepted = listener.factory
        if listener.accept is not None:
            accepted = await listener.accept()
            listener = self._serving(target, port)
        return self._join(factory, listener, accepted, source, delay)

    def _near(self, source: str, port: int) -> str:
        """The host at 127.0.0.1."""
        machine = self._machines.get(source, ())
        return next((name for name in machine if (name, port) in self._listeners), source)

    def _serving(self, target: str, port: int) -> Listener:
        listener = self._listeners.get((target, port))
        if listener is None or not listener.host.alive:
            raise ConnectionRefusedError(111, f"Connect call failed: {target}:{port}")
        return listener

    def _join(
        self, factory: Factory, listener: Listener, accepted: Factory, source: Host, delay: float
    ) -> tuple[Any, Any]:
        client, server = join(
            (source, next(self._ports)),
            (listener.host, listener.port),
            delay,
            cut=self.partitions.blocked_one_way,
            gone=self._forget,
        )
        self._open[client] = self._open[server] = None
        protocol = factory()
        listener.host.run(lambda: server.start(accepted()))
        client.start(protocol)
        return client, protocol

    def _forget(self, transport: MemoryTransport) -> None:
        self._open.pop(transport, None)

    def _delay(self, source: str, target: str) -> float:
        return 0.0 if source == target else self.latency

    def partition(self, sources: Iterable[str], targets: Iterable[str], *, one_way: bool = False) -> None:
        """Drop every byte from `sources` to `targets`, and, unless `one_way`, back."""
        self.partitions.partition(sources, targets, one_way=one_way)

    def heal(self) -> None:
        """End every partition; what was held back on the way arrives now, as TCP's retransmissions would bring it."""
        self.partitions.heal()
        for transport in list(self._open):
            transport.retransmit()

    def host_died(self, host: Host) -> None:
        """What a kernel does for a killed process: its ports close, its peers are reset."""
        for listener in [row for row in self._listeners.values() if row.host is host]:
            self.unlisten(listener)
        for transport in [row for row in self._open if row.host is host]:
            transport.vanish()

    def close(self) -> None:
        """The end of the world: every listener closes, every connection is reset."""
        self._listeners.clear()
        for transport in list(self._open):
            transport.abort()
