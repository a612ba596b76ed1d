"""The way from hosts to clusters by SSH: the clusters' own server, and the connector's own client."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from connector.protocol import Connector
from connector.ssh import SshConnector
from connector.targets import Target
from fake_clusters.front import Front
from fake_clusters.keys import ClientKey, HostKeys
from fake_clusters.model import ClusterModel
from fake_clusters.server.algorithms import suite_of
from fake_clusters.server.dialects import dialect_named
from fake_clusters.server.front import SshFront
from fake_clusters.server.options import USERNAME, ServerOptions
from fake_clusters.server.port import Accepted, PortListener
from harness.virtual.hosts import Host
from harness.virtual.network import Network
from harness.virtual.ssh.door import MemoryPort

__all__ = ["MemorySsh"]

_PORT = 22
_PASSWORD = "in memory"  # noqa: S105 - nobody can reach these clusters
_SECRET = b"in memory".ljust(32)
"""What the clusters' host keys are derived from, so that every run shows the same."""


class MemorySsh:
    """A `SshTransport`: each cluster is a host, and listens on its port 22. seed: of the noise in spoiled output.

    client: who has this key may log in, in place of who knows a password.
    """

    def __init__(self, net: Network, *, seed: int, client: ClientKey | None = None) -> None:
        self._net = net
        self._seed = seed
        self._client = client
        by_password = ServerOptions(users={USERNAME: _PASSWORD})
        self._options = by_password if client is None else ServerOptions(authorized_keys=(client.public,))
        self._known_hosts: list[str] = []

    @property
    def known_hosts(self) -> str:
        """The host keys of all clusters as OpenSSH's clients keep them."""
        return "".join(self._known_hosts)

    @asynccontextmanager
    async def open_front(self, model: ClusterModel) -> AsyncIterator[tuple[Front, Target]]:
        name = model.spec.name
        host = Host(name)

        def door(
            loop: asyncio.AbstractEventLoop, name: str, port: int, backlog: int, accepted: Accepted
        ) -> PortListener:
            return MemoryPort(self._net, host, port, accepted)

        keys = HostKeys.derive(_SECRET, name, suite_of(model.spec.algorithms).host_keys)
        async with SshFront(
            model, keys=keys, options=self._options, host=name, port=_PORT, seed=self._seed, door=door
        ) as front:
            self._known_hosts.append(front.known_hosts)
            target = Target(
                name=name,
                host=name,
                port=_PORT,
                dialect=model.spec.dialect,
                username=USERNAME,
                password=None if self._client else _PASSWORD,
                client_key=str(self._client.path) if self._client else None,
                host_key=front.fingerprints[0],
                other_host_keys=front.fingerprints[1:],
            )
            yield front, target

    @asynccontextmanager
    async def open_connectors(
        self, targets: Iterable[Target], *, connections: int, sessions: int
    ) -> AsyncIterator[Mapping[str, Connector]]:
        async with AsyncExitStack() as stack:
            made: dict[str, Connector] = {}
            for target in targets:
                # Dialects read once in a process: reading one anew takes a tenth of a whole run.
                connector = SshConnector(
                    target, dialect_named(target.dialect), connections=connections, sessions=sessions
                )
                made[target.name] = await stack.enter_async_context(connector)
            yield made

    def host_died(self, host: Host) -> None:
        """The network itself resets what the host had open."""
