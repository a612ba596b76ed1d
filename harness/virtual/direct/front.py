"""The door before a cluster's model: lets connections in, refuses them, and resets them when the cluster goes down."""

from connector.targets import Target
from fake_clusters.model import ClusterModel
from fake_clusters.plans import CutHow
from harness.virtual.direct.connection import DirectConnection
from harness.virtual.direct.side import ClusterSide
from harness.virtual.hosts import Host
from harness.virtual.partitions import Partitions

__all__ = ["DirectFront"]


class DirectFront:
    """A `fake_clusters.front.Front` without sockets. partitions, seed: as `ClusterSide` has them."""

    def __init__(self, model: ClusterModel, partitions: Partitions, *, seed: int) -> None:
        self.side = ClusterSide(model, partitions, seed=seed)
        name = model.spec.name
        self.target = Target(name=name, host=name, port=22, dialect=model.spec.dialect, insecure=True)
        self._connections: dict[DirectConnection, None] = {}
        self._barred = False
        model.listener = self

    @property
    def fingerprints(self) -> tuple[str, ...]:
        return ()

    @property
    def exchanges(self) -> None:
        return None

    def dial(self, client: Host) -> DirectConnection:
        """A new connection of a client's. Raises `ConnectionRefusedError`."""
        if self._barred or not self.side.model.is_up:
            raise ConnectionRefusedError(111, "Connection refused")
        connection = DirectConnection(self.side, client, over=self._left)
        self._connections[connection] = None
        connection.begin()
        return connection

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

    def _left(self, connection: DirectConnection) -> None:
        self._connections.pop(connection, None)
