"""A cluster's port on the network in memory."""

import asyncio

from fake_clusters.server.port import Accepted
from harness.virtual.hosts import Host
from harness.virtual.network import Listener, Network
from harness.virtual.ssh.wire import MemoryWire

__all__ = ["MemoryPort"]


class MemoryPort:
    """A `fake_clusters.server.port.PortListener`: the host's port of that number, which nobody else can take."""

    def __init__(self, net: Network, host: Host, port: int, accepted: Accepted) -> None:
        self.address = (host.name, port)
        self._net = net
        self._host = host
        self._accepted = accepted
        self._listener: Listener | None = None

    def open(self) -> None:
        if self._listener is None:
            self._listener = self._host.run(self._net.bind, self._wire, self.address[1])

    def close(self) -> None:
        if self._listener is not None:
            self._net.unlisten(self._listener)
            self._listener = None

    def release(self) -> None:
        self.close()

    def _wire(self) -> asyncio.BaseProtocol:
        return MemoryWire(self._accepted)
