"""The clusters of a run as black boxes: what they hold is read over SSH, and nothing else is known of them."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from connector.dialects import FileDialect
from connector.operations import Capability, List, ListReply
from connector.outcomes import Done
from connector.protocol import Deadlines
from connector.ssh import SshConnector
from connector.targets import Target
from fake_clusters.farm import Farm
from harness.collect.cluster_log import seen_on_cluster
from harness.real.cluster import RealCluster
from harness.run.clusters import Clusters
from reports.connector_lacks import lacks_of
from reports.history import Reading
from reports.journal import ClusterNote

__all__ = ["BlackBox", "RealClusters"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlackBox:
    """One cluster. kind: what it is, in words. capabilities: those that it has."""

    target: Target
    dialect: FileDialect
    capabilities: frozenset[Capability]
    kind: str
    deadlines: Deadlines = field(default_factory=Deadlines)


class RealClusters(Clusters):
    """farm: one without clusters, since nothing can be made to break here. standing: those that were started for it.

    The context holds the connections."""

    are_fake = False

    def __init__(self, farm: Farm, boxes: Sequence[BlackBox], standing: Sequence[RealCluster] = ()) -> None:
        super().__init__(farm, ())
        self.standing = standing
        self._boxes = boxes
        self._connectors: dict[str, SshConnector] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        for box in self._boxes:
            connector = SshConnector(box.target, box.dialect, connections=1)
            self._connectors[box.target.name] = await self._stack.enter_async_context(connector)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def read(self, round: int, at: float, *, left_open: Mapping[str, int]) -> Sequence[Reading]:
        """What each cluster lists; a reading that is not ok where it does not answer."""
        return [await self._read(box, round, at) for box in self._boxes]

    async def _read(self, box: BlackBox, round: int, at: float) -> Reading:
        name = box.target.name
        outcome = await self._connectors[name].perform(List(), box.deadlines)
        if not (isinstance(outcome, Done) and isinstance(outcome.reply, ListReply)):
            return Reading(number=0, at=at, side=name, round=round, ok=False)
        shares = tuple(seen_on_cluster(name, view) for view in outcome.reply.shares)
        return Reading(number=0, at=at, side=name, round=round, shares=shares)

    def notes(self) -> tuple[ClusterNote, ...]:
        return tuple(
            ClusterNote(
                name=box.target.name,
                dialect=box.dialect.name,
                profile=box.kind,
                lacks=lacks_of(box.capabilities, box.dialect),
            )
            for box in self._boxes
        )
