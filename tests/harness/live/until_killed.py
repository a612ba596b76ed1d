"""A load that ends as soon as every kill at a crash point has struck, and its process has come back."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from harness.run.player import LoadPlayer, open_clients
from harness.run.world import World
from harness.scenario.scenario import WorkloadKind
from reports.history import History
from reports.journal import GeneratorNote

__all__ = ["open_clients_until_killed"]

_LOOK = 0.1
_SOONEST = 6.0
"""Seconds of load at least, in which the faults that a scenario asks for strike, too."""


@asynccontextmanager
async def open_clients_until_killed(world: World, url: str) -> AsyncIterator[LoadPlayer]:
    """As `open_clients`. The load lasts as long as the scenario says where a kill never strikes."""
    async with open_clients(world, url) as player:
        yield _UntilKilled(world, player)


class _UntilKilled:
    """A `LoadPlayer`."""

    def __init__(self, world: World, player: LoadPlayer) -> None:
        self._world = world
        self._player = player

    @property
    def asked(self) -> int:
        return self._player.asked

    @property
    def under_way(self) -> int:
        return self._player.under_way

    @property
    def skipped(self) -> Counter[WorkloadKind]:
        return self._player.skipped

    @property
    def generators(self) -> tuple[GeneratorNote, ...]:
        return self._player.generators

    async def offer(self, stop: asyncio.Event) -> None:
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            watching = [group.create_task(wait) for wait in (self._set_when_killed(over), self._set_after(stop, over))]
            await self._player.offer(over)
            for task in watching:
                task.cancel()

    def enter_into(self, history: History) -> History:
        return self._player.enter_into(history)

    async def _set_when_killed(self, over: asyncio.Event) -> None:
        await self._world.clock.until(_SOONEST)
        kills = sum(step.selector.site is not None for step in self._world.scenario.nemesis)
        while sum(row.action == "restart" for row in self._world.nemesis_log.actions) < kills:
            await asyncio.sleep(_LOOK)
        over.set()

    @staticmethod
    async def _set_after(stop: asyncio.Event, over: asyncio.Event) -> None:
        await stop.wait()
        over.set()
