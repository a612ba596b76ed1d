"""A service that stands without a run: started as a run starts it, with fake clusters on which nothing breaks."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fake_clusters.farm import Farm
from fake_clusters.spec import ClusterSpec
from harness.live.foreign import open_foreign_parts
from harness.live.loopback import check_loopback
from harness.live.workspace import workspace
from harness.scenario.service_spec import ServiceSpec
from harness.service.foreign_files import write_cluster_files

__all__ = ["open_standing_service"]


@asynccontextmanager
async def open_standing_service(spec: ServiceSpec, clusters: Sequence[str]) -> AsyncIterator[str]:
    """Start the clusters and the parts, and give the URL at which the service is found; end all of it with the context.

    Raises `WorldError` where it does not come up.
    """
    await check_loopback()
    with workspace(None) as directory:
        keys = directory / "keys" if spec.keys is None else spec.beside / spec.keys
        specs = [ClusterSpec(name=name) for name in clusters]
        async with Farm(specs, keys=keys, ports=spec.ports) as farm:
            lasting = directory if spec.keys is None else keys
            files = write_cluster_files(lasting, farm.targets(), farm.known_hosts())
            async with open_foreign_parts(spec, directory, files, logs=directory) as (url, _):
                yield url
