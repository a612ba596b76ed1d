"""The short way to the clusters: connectors that call the models."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from connector.protocol import Connector
from connector.targets import Target
from fake_clusters.front import Front
from fake_clusters.model import ClusterModel
from fake_clusters.plans import CutHow
from harness.virtual.direct.connector import DirectConnector
from harness.virtual.direct.front import DirectFront
from harness.virtual.hosts import Host
from harness.virtual.partitions import Partitions

__all__ = ["DirectSsh"]


class DirectSsh:
    """A `SshTransport`. partitions: the partitions. seed: of the noise in spoiled output."""

    def __init__(self, partitions: Partitions, *, seed: int) -> None:
        self._partitions = partitions
        self._seed = seed
        self._fronts: dict[str, DirectFront] = {}

    @asynccontextmanager
    async def open_front(self, model: ClusterModel) -> AsyncIterator[tuple[Front, Target]]:
        front = DirectFront(model, self._partitions, seed=self._seed)
        self._fronts[model.spec.name] = front
        try:
            yield front, front.target
        finally:
            front.end_all(CutHow.RESET)

    @asynccontextmanager
    async def open_connectors(
        self, targets: Iterable[Target], *, connections: int, sessions: int
    ) -> AsyncIterator[Mapping[str, Connector]]:
        async with AsyncExitStack() as stack:
            made = {
                target.name: DirectConnector(self._fronts[target.name], connections=connections, sessions=sessions)
                for target in targets
            }
            for connector in made.values():
                await stack.enter_async_context(connector)
            yield dict(made)

    def host_died(self, host: Host) -> None:
        for front in self._fronts.values():
            front.host_died(host)
