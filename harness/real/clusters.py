"""The clusters of a run as black boxes: what they hold is read over SSH, and nothing else is known of them."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from connector.dialects import load_dialect
from connector.operations import List, ListReply
from connector.outcomes import Done
from connector.protocol import Deadlines
from connector.ssh import SshConnector
from connector.targets import Target
from fake_clusters.farm import Farm
from fake_clusters.server.dialects import dialect_named
from harness.collect.cluster_log import seen_on_cluster
from harness.real.cluster import RealCluster
from harness.run.clusters import Clusters
from reports.connector_lacks import lacks_of
from reports.history import Reading
from reports.journal import ClusterNote

__all__ = ["RealClusters"]

_PROFILE = "OpenSSH and Samba usershares"


class RealClusters(Clusters):
    """farm: one without clusters, since nothing can be made to break here. The context holds the connections."""

    are_fake = False

    def __init__(self, farm: Farm, standing: Sequence[RealCluster]) -> None:
        super().__init__(farm, ())
        self.standing = standing
        self._connectors: dict[str, SshConnector] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        for target in (each.target for each in self.standing):
            connector = SshConnector(target, load_dialect(target.dialect), connections=1)
            self._connectors[target.name] = await self._stack.enter_async_context(connector)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def read(self, round: int, at: float, *, left_open: Mapping[str, int]) -> Sequence[Reading]:
        """What each cluster lists; a reading that is not ok where it does not answer."""
        return [await self._read(name, round, at) for name in self._connectors]

    async def _read(self, name: str, round: int, at: float) -> Reading:
        outcome = await self._connectors[name].perform(List(), Deadlines())
        if not (isinstance(outcome, Done) and isinstance(outcome.reply, ListReply)):
            return Reading(number=0, at=at, side=name, round=round, ok=False)
        shares = tuple(seen_on_cluster(name, view) for view in outcome.reply.shares)
        return Reading(number=0, at=at, side=name, round=round, shares=shares)

    def notes(self) -> tuple[ClusterNote, ...]:
        return tuple(_note(each.target) for each in self.standing)


def _note(target: Target) -> ClusterNote:
    """It is taken to do all that its dialect carries."""
    dialect = dialect_named(target.dialect)
    lacks = lacks_of(dialect.capabilities, dialect)
    return ClusterNote(name=target.name, dialect=target.dialect, profile=_PROFILE, counters={}, lacks=lacks)
