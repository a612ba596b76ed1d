"""The clusters of a live world: fakes behind real SSH in this process, unless something else is put in their place."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from connector.targets import Target
from fake_clusters.farm import Farm
from harness.run.clusters import Clusters
from harness.scenario.scenario import Scenario

__all__ = ["OpenClusters", "StandingClusters", "open_fakes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingClusters:
    """targets: where they listen. known_hosts: their host keys, as OpenSSH's clients keep them. farm: those of them
    that the admin API can change."""

    clusters: Clusters
    targets: Sequence[Target]
    known_hosts: str
    farm: Farm


OpenClusters = Callable[[Scenario, Path, int], AbstractAsyncContextManager[StandingClusters]]
"""Starts the clusters of a scenario, with a folder for their files and a seed; they run while the context lasts."""


@asynccontextmanager
async def open_fakes(scenario: Scenario, directory: Path, seed: int) -> AsyncIterator[StandingClusters]:
    """At the ports and with the keys that the service knows."""
    service = scenario.service
    keys = directory / "keys" if service is None or service.keys is None else service.beside / service.keys
    ports = {} if service is None else service.ports
    async with Farm(scenario.clusters, scenario.faults, keys=keys, seed=seed, begun=False, ports=ports) as farm:
        yield StandingClusters(
            clusters=Clusters(farm, scenario.faults),
            targets=farm.targets(),
            known_hosts=farm.known_hosts(),
            farm=farm,
        )
