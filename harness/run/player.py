"""LoadPlayer: what lets the arrivals of a run come: clients in this process, or load generators beside it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from connector.values import replace
from harness.patience import stopped_within
from harness.run.world import World
from harness.scenario.scenario import WorkloadKind
from harness.service.access import access_changes
from harness.service.service import CountsInUnits
from harness.workload.arrivals import drawn
from harness.workload.client import open_client
from harness.workload.load import Load, open_load
from harness.workload.recorder import Recorder
from reports.history import History
from reports.journal import GeneratorNote

__all__ = ["LoadPlayer", "OpenPlayer", "open_clients", "size_unit"]


class LoadPlayer(Protocol):
    """Plays the load of one run."""

    @property
    def asked(self) -> int:
        """Ops so far."""
        ...

    @property
    def under_way(self) -> int:
        """Clients that are not done."""
        ...

    @property
    def skipped(self) -> Counter[WorkloadKind]:
        """Arrivals that found no share to concern."""
        ...

    @property
    def generators(self) -> tuple[GeneratorNote, ...]:
        """The processes that played it, where it was not this one."""
        ...

    async def offer(self, stop: asyncio.Event) -> None:
        """Let the arrivals come, each at its instant; returns when the load is over, or after `stop`."""
        ...

    def enter_into(self, history: History) -> History:
        """The history with what the clients asked and tried. For when the player is closed."""
        ...


class OpenPlayer(Protocol):
    """Opens a player for the run of a world, whose clients find the service at a URL. They end with the context."""

    def __call__(self, world: World, url: str) -> AbstractAsyncContextManager[LoadPlayer]: ...


class _ClientsHere:
    """A `LoadPlayer` in this process."""

    generators: tuple[GeneratorNote, ...] = ()

    def __init__(self, world: World, recorder: Recorder, load: Load) -> None:
        self._world = world
        self._recorder = recorder
        self._load = load

    @property
    def asked(self) -> int:
        return self._recorder.asked

    @property
    def under_way(self) -> int:
        return self._load.under_way

    @property
    def skipped(self) -> Counter[WorkloadKind]:
        return self._load.skipped

    async def offer(self, stop: asyncio.Event) -> None:
        scenario = self._world.scenario
        names = [cluster.name for cluster in scenario.clusters]
        arrivals = drawn(scenario.workload, seed=self._world.seed, phases=scenario.phases, clusters=names)
        await self._load.offer(arrivals, stop)
        await stopped_within(stop, scenario.workload.duration - self._world.clock.now())

    def enter_into(self, history: History) -> History:
        return replace(history, ops=self._recorder.ops, attempts=self._recorder.attempts)


@asynccontextmanager
async def open_clients(world: World, url: str) -> AsyncIterator[LoadPlayer]:
    """Clients in this process, on its event loop."""
    policy, recorder = world.scenario.client, Recorder(world.clock.now)
    unit, offered = size_unit(world), access_changes(world.service.api)
    async with (
        open_client(url, policy, recorder, seed=world.seed, open_service=world.open_client) as client,
        open_load(client, recorder, policy, size_unit=unit, access_changes=offered) as load,
    ):
        yield _ClientsHere(world, recorder, load)


def size_unit(world: World) -> int:
    """Bytes, of which the service counts."""
    api = world.service.api
    return api.size_unit if isinstance(api, CountsInUnits) else 1
