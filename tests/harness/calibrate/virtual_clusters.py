"""A fake cluster behind real SSH in virtual time, where a second takes no time and nothing else is slow."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch

from connector.clock import steady_clock
from connector.dialects import load_dialect
from fake_clusters.environment import PacedEnvironment
from fake_clusters.model import ClusterModel
from fake_clusters.profile import Profile
from fake_clusters.spec import ClusterLimits, ClusterSpec
from harness.calibrate.measure import MeasureBounds, Measurement, measure
from harness.contract.target import ContractTarget
from harness.virtual.loop import VirtualLoop
from harness.virtual.network import Network
from harness.virtual.ssh.transport import MemorySsh

__all__ = ["in_virtual_time", "measured_virtually", "virtual_target"]

R = TypeVar("R")


def in_virtual_time(work: Callable[[Network], Awaitable[R]]) -> R:
    net = Network()

    async def whole() -> R:
        return await work(net)

    with asyncio.Runner(loop_factory=lambda: VirtualLoop(net)) as runner:
        return runner.run(whole())


@asynccontextmanager
async def virtual_target(
    net: Network, profile: Profile, *, seed: int = 1, limits: ClusterLimits | None = None
) -> AsyncIterator[tuple[ContractTarget, ClusterModel]]:
    loop = asyncio.get_running_loop()
    spec = ClusterSpec(name="north", profile=profile, limits=limits or ClusterLimits())
    async with PacedEnvironment(loop) as env:
        model = ClusterModel(env, spec, seed=seed, wall=steady_clock(loop))
        async with MemorySsh(net, seed=seed).open_front(model) as (_, target):
            yield ContractTarget(title="north", target=target, dialect=load_dialect("native")), model


def measured_virtually(
    profile: Profile, bounds: MeasureBounds, ledger: Path, *, seed: int = 1, limits: ClusterLimits | None = None
) -> Measurement:
    async def work(net: Network) -> Measurement:
        async with virtual_target(net, profile, seed=seed, limits=limits) as (target, _):
            return await measure(target, bounds, ledger=ledger, stop=asyncio.Event())

    with patch("secrets.token_hex", lambda size: "0" * 2 * size):  # what is drawn goes by the names of shares
        return in_virtual_time(work)
