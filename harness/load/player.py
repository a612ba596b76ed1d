"""A run's load, played by generators: a `LoadPlayer`."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from connector.values import replace
from harness.load.boot import boot_id
from harness.load.generators import Generators
from harness.load.merge import merged
from harness.load.wire import GeneratorCommand
from harness.run.player import LoadPlayer, OpenPlayer
from harness.run.world import World
from harness.scenario.scenario import WorkloadKind
from reports.history import History
from reports.journal import GeneratorNote

__all__ = ["played_by"]


def played_by(generators: Generators) -> OpenPlayer:
    """Opens a player for one run; generators play one load in their life."""

    @asynccontextmanager
    async def opened(world: World, url: str) -> AsyncIterator[LoadPlayer]:
        loop = asyncio.get_running_loop()
        begins = loop.time() - world.clock.now()
        generators.tell(GeneratorCommand(url=url, begins=begins, boot=boot_id()))
        yield _Player(world, generators)
        await generators.finish()

    return opened


class _Player:
    def __init__(self, world: World, generators: Generators) -> None:
        self._world = world
        self._generators = generators

    @property
    def asked(self) -> int:
        return sum(state.asked for state in self._generators.states.values())

    @property
    def under_way(self) -> int:
        """Raises `GeneratorFailed` where the load cannot go on."""
        self._generators.check()
        return sum(state.under_way for state in self._generators.states.values())

    @property
    def skipped(self) -> Counter[WorkloadKind]:
        found: Counter[WorkloadKind] = Counter()
        for row in self._generators.rows:
            found.update({WorkloadKind(kind): count for kind, count in (row.skipped or {}).items()})
        return found

    @property
    def generators(self) -> tuple[GeneratorNote, ...]:
        return tuple(state for _, state in sorted(self._generators.states.items()))

    async def offer(self, stop: asyncio.Event) -> None:
        """See `LoadPlayer.offer`. Returns early where a gate is lost that ends the load."""
        generators = self._generators
        ends = self._world.scenario.workload.duration
        async with asyncio.TaskGroup() as group:
            stopping = group.create_task(_tell_stop(stop, generators))
            while not (stop.is_set() or generators.aborted):
                generators.check()
                left = ends - self._world.clock.now()
                if left <= 0 and self._all_offered():
                    break
                await generators.news(within=left if left > 0 else 1.0)
            stopping.cancel()

    def enter_into(self, history: History) -> History:
        rows = merged(self._generators.history)
        return replace(history, ops=rows.ops, attempts=rows.attempts)

    def _all_offered(self) -> bool:
        states = self._generators.states.values()
        return 0 < self._generators.parts == len(states) and all(state.offered for state in states)


async def _tell_stop(stop: asyncio.Event, generators: Generators) -> None:
    await stop.wait()
    generators.tell(GeneratorCommand(stop=True))
    generators.changed.set()
