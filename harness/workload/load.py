"""Carries a plan out, open-loop: an arrival is due at its instant, whatever became of those before it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from harness.patience import stopped_within
from harness.scenario.scenario import ClientPolicy, WorkloadKind
from harness.workload.arrivals import Arrival
from harness.workload.client import Client
from harness.workload.clients import Clients
from harness.workload.recorder import Recorder
from reports.history import OpKind

__all__ = ["Load", "open_load"]

_LATE_AT_ONCE = 64


class Load:
    """A load under asyncio. Made by `open_load`."""

    def __init__(self, group: asyncio.TaskGroup, clients: Clients, recorder: Recorder) -> None:
        self._group = group
        self._clients = clients
        self._recorder = recorder
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def skipped(self) -> Counter[WorkloadKind]:
        """Arrivals that found no share to concern."""
        return self._clients.skipped

    @property
    def under_way(self) -> int:
        """How many clients are not done."""
        return len(self._tasks)

    async def offer(self, arrivals: Iterable[Arrival], stop: asyncio.Event) -> None:
        """Let the arrivals come, each at its instant by the recorder's clock; returns when the last has come.

        However far behind its instants it is, others have their turn: else nobody could set `stop`.
        """
        late = 0
        for arrival in arrivals:
            wait = arrival.at - self._recorder.now()
            late = late + 1 if wait <= 0 else 0
            if late % _LATE_AT_ONCE == _LATE_AT_ONCE - 1:
                await asyncio.sleep(0)
            if await stopped_within(stop, wait):
                return
            self._arrive(arrival)

    async def finish(self, seconds: float) -> None:
        """Wait until all clients are done, at most so many seconds."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    def abandon(self) -> None:
        """Send the clients home; their ops stay as far as they came."""
        for task in self._tasks:
            task.cancel()

    def _arrive(self, arrival: Arrival) -> None:
        come = self._clients.arrive(arrival)
        if come is not None:
            op, carrying_out = come
            task = self._group.create_task(carrying_out, name=op.client)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


@asynccontextmanager
async def open_load(
    client: Client,
    recorder: Recorder,
    policy: ClientPolicy,
    *,
    size_unit: int = 1,
    access_changes: frozenset[OpKind] = frozenset(),
) -> AsyncIterator[Load]:
    """A load whose clients go home when the context ends, however it ends.

    size_unit, access_changes: as in `Clients`.
    """
    async with asyncio.TaskGroup() as group:
        clients = Clients(client, recorder, policy, size_unit=size_unit, access_changes=access_changes)
        load = Load(group, clients, recorder)
        try:
            yield load
        finally:
            load.abandon()
