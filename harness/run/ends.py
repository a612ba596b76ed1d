"""Watches the parts and servers of a run: an end that nothing in the run asked for is an event of the history."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from harness.service.parts import End, Restartable
from reports.history import PartEnd

__all__ = ["EndsWatch"]

_LINES = 20
"""Of a log, that are kept."""


class EndsWatch:
    """Keeps unplanned ends in their order. now: seconds since the load began."""

    def __init__(self, parts: Iterable[Restartable], now: Callable[[], float]) -> None:
        self._parts = tuple(parts)
        self._now = now
        self._rows: list[PartEnd] = []

    @property
    def rows(self) -> tuple[PartEnd, ...]:
        return tuple(self._rows)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Watch while the context is open."""
        async with asyncio.TaskGroup() as group:
            watchers = [group.create_task(self._watch(part), name=f"watch {part.part}") for part in self._parts]
            yield
            for watcher in watchers:
                watcher.cancel()

    async def settle(self) -> None:
        """Until `rows` has every end up to now."""
        for part in self._parts:
            if not part.running:
                await part.wait()  # its watcher waited first, so it knows by now

    async def _watch(self, part: Restartable) -> None:
        while True:
            self.add(part, await part.unplanned_end())

    def add(self, part: Restartable, end: End) -> None:
        """A part has just ended in this way."""
        row = PartEnd(
            number=len(self._rows) + 1,
            at=self._now(),
            part=part.part,
            status=end.status if end.status >= 0 else None,
            signal=_name_of(-end.status) if end.status < 0 else None,
            log="\n".join(end.log.splitlines()[-_LINES:]),
        )
        self._rows.append(row)


def _name_of(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal has no name
        return f"signal {number}"
