"""The table of worlds: where a scenario can be played. Each is imported when it is used: some bring much along."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from harness.run.progress import Progress
from harness.run.result import RunResult
from harness.scenario.scenario import Scenario
from harness.world_name import WorldName

__all__ = ["World", "open_world"]


class World(Protocol):
    """Plays scenarios, each in a world of its own that is gone afterwards."""

    async def play(
        self,
        scenario: Scenario,
        *,
        seed: int,
        progress: Progress | None = None,
        stop: asyncio.Event | None = None,
    ) -> RunResult:
        """Play one scenario to its end. stop: ends the load early; healing, reading and collecting are still done.

        Raises `WorldError` where the world does not come up or breaks by itself.
        """
        ...


def _live(admin: Path | None = None) -> World:
    from harness.live.world import LiveWorld

    return LiveWorld(admin=admin)


def _virtual() -> World:
    from harness.virtual.world import VirtualWorld

    return VirtualWorld()


def _virtual_ssh() -> World:
    from harness.virtual.world import VirtualWorld

    return VirtualWorld(ssh=True, http=True)


def _model() -> World:
    from harness.model.world import ModelWorld

    return ModelWorld()


_WORLDS: Mapping[WorldName, Callable[[], World]] = {
    WorldName.LIVE: _live,
    WorldName.VIRTUAL: _virtual,
    WorldName.VIRTUAL_SSH: _virtual_ssh,
    WorldName.MODEL: _model,
}


def open_world(name: WorldName, *, admin: Path | None = None) -> World:
    """A world by its name. admin: of a live world, see there."""
    if admin is not None:
        assert name is WorldName.LIVE, "nobody can reach into virtual time"
        return _live(admin)
    return _WORLDS[name]()
