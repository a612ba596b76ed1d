"""The door before a cluster's model: lets connections in, refuses them, and resets them when the cluster goes down."""

import asyncio
from collections.abc import Callable
from typing import TypeVarTuple

from connector.chance import Chance
from connector.targets import Target
from fake_clusters.model import ClusterModel
from fake_clusters.plans import CutHow
from fake_clusters.server.dialects import dialect_named
from harness.virtual.direct.connection import DirectConnection
from harness.virtual.hosts import Host
from harness.virtual.loop import running_loop
from harness.virtual.partitions import Partitions

__all__ = ["DirectFront"]

Ts = TypeVarTuple("Ts")


class DirectFront:
    """A `fake_clusters.front.Front` without sockets. partitions: the partitions. seed: of the noise in spoiled output.

    What happens on the cluster's side happens as the cluster's host, whoever called.
    """

    def __init__(self, model: ClusterModel, partitions: Partitions, *, seed: int) -> None:
        name = model.spec.name
        self.model = model
        self.partitions = partitions
        self.host = Host(name)
        self.dialect = dialect_named(model.spec.dialect)
        self.noise = Chance(seed, name, "server.noise")
        self.loop = running_loop()
        self.target = Target(name=name, host=name, port=22, dialect=model.spec.dialect, insecure=True)
        self._context = self.host.context()
        self._connections: dict[DirectConnection, None] = {}
        self._barred = False
        model.listener = self

    @property
    def fingerprints(self) -> tuple[str, ...]:
        return ()

    def dial(self, client: Host) -> DirectConnection:
        """A new connection of a client's. Raises `ConnectionRefusedError`."""
        if self._barred or not self.model.is_up:
            raise ConnectionRefusedError(111, "Connection refused")
        connection = DirectConnection(self, client)
        self._connections[connection] = None
        connection.begin()
        return connection

    def left(self, connection: DirectConnection) -> None:
        self._connections.pop(connection, None)

    def after(self, delay: float, step: Callable[[], None]) -> asyncio.TimerHandle | None:
        """Take a step of the cluster's: now, or in so many seconds."""
        if delay > 0:
            return self.later(delay, step)
        step()
        return None

    def later(self, delay: float, step: Callable[[*Ts], None], *args: *Ts) -> asyncio.TimerHandle:
        """Take a step of the cluster's in so many seconds: at the earliest when nothing else is awake."""
        return self.loop.call_later(delay, step, *args, context=self._context)

    def close_port(self) -> None:
        self._barred = True

    def open_port(self) -> None:
        self._barred = False

    def went_down(self) -> None:
        self.end_all(CutHow.RESET)

    def end_all(self, how: CutHow) -> None:
        """End every connection from the cluster's side."""
        for connection in list(self._connections):
            connection.end(how)

    def disconnected(self) -> None:
        self.end_all(CutHow.RESET)

    def came_back(self) -> None:
        """The model says by itself that it is up."""

    def host_died(self, host: Host) -> None:
        """A client was killed: its kernel resets its connections, and nobody there is told."""
        for connection in list(self._connections):
            if connection.client is host:
                connection.vanish()
