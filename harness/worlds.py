"""The table of worlds: where a scenario can be run. Each is imported when it is used: some bring much along."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, assert_never

from harness.errors import WrongWorld
from harness.run.progress import Progress
from harness.run.result import RunResult
from harness.run.world import World
from harness.scenario.scenario import Scenario
from harness.world_name import WorldName

if TYPE_CHECKING:
    from harness.live.clusters import OpenClusters

__all__ = ["Runner", "check_world", "open_world", "runner"]


class Runner(Protocol):
    """Runs scenarios, each in a world of its own that is gone afterwards."""

    async def run(
        self,
        scenario: Scenario,
        *,
        seed: int,
        progress: Progress | None = None,
        stop: asyncio.Event | None = None,
    ) -> RunResult:
        """Run one scenario to its end. stop: ends the load early; healing, reading and collecting are still done.

        Raises `WorldError` where the world does not come up or breaks by itself.
        """
        ...


def _live(admin: Path | None = None, logs: Path | None = None) -> Runner:
    from harness.live.runner import LiveRunner

    return LiveRunner(admin=admin, logs=logs)


def _real(logs: Path | None = None, open_clusters: "OpenClusters | None" = None) -> Runner:
    from harness.real.world import real_runner

    return real_runner(logs=logs, open_clusters=open_clusters)


def _virtual(logs: Path | None = None) -> Runner:
    from harness.virtual.runner import VirtualRunner

    return VirtualRunner(logs=logs)


def _virtual_ssh() -> Runner:
    from harness.virtual.runner import VirtualRunner

    return VirtualRunner(ssh=True, http=True)


def _model() -> Runner:
    from harness.model.runner import ModelRunner

    return ModelRunner()


_RUNNERS: Mapping[WorldName, Callable[[], Runner]] = {
    WorldName.LIVE: _live,
    WorldName.REAL: _real,
    WorldName.VIRTUAL: _virtual,
    WorldName.VIRTUAL_SSH: _virtual_ssh,
    WorldName.MODEL: _model,
}


def check_world(scenario: Scenario, world: WorldName) -> None:
    """Raises `WrongWorld` for one that cannot play the scenario's service."""
    if scenario.gateway is not None and scenario.service is not None and not world.has_wall_clock:
        raise WrongWorld(f"{scenario.name}: the {world} world puts no gateway in front of a service; use --world live")
    if world not in scenario.kind.worlds:
        able = " or ".join(scenario.kind.worlds)
        cure = f"use --world {able}"
        if world is WorldName.VIRTUAL_SSH and WorldName.VIRTUAL in scenario.kind.worlds:
            cure = f"leave --ssh out: with --world {WorldName.VIRTUAL} it speaks unmodified SSH and HTTP anyway"
        raise WrongWorld(f"{scenario.name}: the {world} world cannot play a service of kind '{scenario.kind}'; {cure}")


def runner(
    world: WorldName,
    *,
    admin: Path | None = None,
    logs: Path | None = None,
    open_clusters: "OpenClusters | None" = None,
) -> Runner:
    """What runs scenarios in such worlds. admin, logs: see `harness.live.world.open_live_world`. open_clusters: what
    starts those of a real world, where that is not Samba."""
    assert admin is None or world is WorldName.LIVE, "virtual time has no admin API"
    assert open_clusters is None or world is WorldName.REAL, "other worlds have fakes"
    if world is WorldName.LIVE:
        return _live(admin, logs)
    if world is WorldName.REAL:
        return _real(logs, open_clusters)
    if world is WorldName.VIRTUAL:
        return _virtual(logs)
    return _RUNNERS[world]()


def open_world(
    scenario: Scenario, world: WorldName = WorldName.LIVE, *, seed: int | None = None
) -> AbstractAsyncContextManager[World]:
    """A world that stands while the context is open, with or without a run in it: `Run(world).execute()`.

    seed: the scenario's own if left out. A virtual world needs the running loop to be a virtual one. Raises
    `WrongWorld`, and `WorldError` for a world that cannot stand without a run, and where it does not come up.
    """
    check_world(scenario, world)
    seed = scenario.seed if seed is None else seed
    match world:
        case WorldName.LIVE:
            from harness.live.world import open_live_world

            return open_live_world(scenario, seed=seed)
        case WorldName.REAL:
            from harness.real.world import open_real_world

            return open_real_world(scenario, seed=seed)
        case WorldName.VIRTUAL | WorldName.VIRTUAL_SSH:
            from harness.virtual.world import VirtualConfig, open_virtual_world

            unmodified = world is WorldName.VIRTUAL_SSH
            return open_virtual_world(scenario, seed=seed, config=VirtualConfig(ssh=unmodified, http=unmodified))
        case WorldName.MODEL:
            from harness.virtual.world import VirtualConfig, open_virtual_world

            return open_virtual_world(scenario, seed=seed, config=VirtualConfig(model=True))
    assert_never(world)
