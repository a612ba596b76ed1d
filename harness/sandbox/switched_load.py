"""The load of the scenario, switched on and off by hand: open-loop, as in a run, from the moment it is switched on."""

import asyncio
from collections.abc import Callable, Iterator, Sequence

from connector.values import replace
from harness.run.player import size_unit
from harness.run.world import World
from harness.scenario.scenario import Scenario
from harness.service.access import access_changes
from harness.workload.arrivals import Arrival, drawn
from harness.workload.client import open_client
from harness.workload.load import open_load
from harness.workload.recorder import Recorder
from reports.history import Attempt, Op

__all__ = ["SwitchedLoad"]

_LONGEST = 30.0
"""Seconds that the clients of a load that has ended may take."""


class SwitchedLoad:
    """on: whether arrivals come. Each time that it is switched on it draws from a seed of its own, for new names."""

    def __init__(
        self, world: World, scenario: Scenario, recorder: Recorder, entry: str, changed: Callable[[], None]
    ) -> None:
        self._world = world
        self._scenario = scenario
        self._recorder = recorder
        self._entry = entry
        self._changed = changed
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self._times = 0

    @property
    def on(self) -> bool:
        return self._task is not None and not self._task.done()

    def start(self, group: asyncio.TaskGroup) -> None:
        """Let arrivals come; nothing happens while they do."""
        if self.on:
            return
        self._times += 1
        self._stop = asyncio.Event()
        self._task = group.create_task(self._play(self._scenario.seed + 1000 * self._times))
        self._changed()

    async def stop(self) -> None:
        """Let no more come, and send the clients home."""
        self._stop.set()
        if self._task is not None:
            await asyncio.wait([self._task])
        self._changed()

    def rows(self) -> Iterator[Op | Attempt]:
        """What the load asked since the start, for the session."""
        yield from (op for op in self._recorder.ops if op.client.startswith("client-"))

    async def _play(self, seed: int) -> None:
        world, scenario = self._world, self._scenario
        unit, offered = size_unit(world), access_changes(world.service.api)
        async with (
            open_client(
                self._entry, scenario.client, self._recorder, seed=seed, open_service=world.open_client
            ) as client,
            open_load(client, self._recorder, scenario.client, size_unit=unit, access_changes=offered) as load,
        ):
            await load.offer(self._arrivals(seed), self._stop)
            if not self._stop.is_set():
                await load.finish(_LONGEST)

    def _arrivals(self, seed: int) -> Iterator[Arrival]:
        names: Sequence[str] = [cluster.name for cluster in self._scenario.clusters]
        begins, first = self._world.clock.now(), self._recorder.asked + 1
        for arrival in drawn(self._scenario.workload, seed=seed, phases=self._scenario.phases, clusters=names):
            yield replace(arrival, at=arrival.at + begins, phase="", name=f"{first}-{arrival.name}")
