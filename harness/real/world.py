"""A real world: the live one, on a real connector for each cluster in place of a fake."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from connector.targets import Target
from fake_clusters.farm import Farm
from fake_clusters.server.dialects import dialect_named
from harness.live.clusters import OpenClusters, StandingClusters
from harness.live.runner import LiveRunner
from harness.live.world import open_live_world
from harness.real.cluster import open_real_cluster
from harness.real.clusters import BlackBox, RealClusters
from harness.run.world import World
from harness.scenario.scenario import Scenario
from harness.world_name import WorldName

__all__ = ["open_real_world", "open_samba", "real_runner"]


def real_runner(*, logs: Path | None = None, open_clusters: OpenClusters | None = None) -> LiveRunner:
    """Runs scenarios in real worlds. logs: see `harness.live.world.open_live_world`. open_clusters: other connectors
    than `open_samba` starts."""
    opens = open_clusters or open_samba
    return LiveRunner(logs=logs, open_world=partial(open_live_world, name=WorldName.REAL, open_clusters=opens))


def open_real_world(scenario: Scenario, *, seed: int) -> AbstractAsyncContextManager[World]:
    """Raises as `open_live_world` does, and `MissingPart`."""
    return open_live_world(scenario, seed=seed, name=WorldName.REAL, open_clusters=open_samba)


@asynccontextmanager
async def open_samba(scenario: Scenario, directory: Path, seed: int) -> AsyncIterator[StandingClusters]:
    """OpenSSH and Samba, by a forced command, for each cluster of the scenario."""
    directory.chmod(0o711)  # the users of the shares go through it, and read nothing  # noqa: ASYNC240 - once
    client = directory / "client_key"
    async with AsyncExitStack() as stack:
        opened = [
            await stack.enter_async_context(
                open_real_cluster(directory / spec.name, forced=True, name=spec.name, client_key=client)
            )
            for spec in scenario.clusters
        ]
        farm = await stack.enter_async_context(Farm((), keys=directory / "keys", seed=seed))
        yield StandingClusters(
            clusters=await stack.enter_async_context(
                RealClusters(farm, [_box(each.target) for each in opened], opened)
            ),
            targets=[each.target for each in opened],
            known_hosts="".join(each.known_hosts for each in opened),
            farm=farm,
        )


def _box(target: Target) -> BlackBox:
    """It is taken to do all that its dialect carries."""
    dialect = dialect_named(target.dialect)
    return BlackBox(
        target=target, dialect=dialect, capabilities=dialect.capabilities, kind="OpenSSH and Samba usershares"
    )
