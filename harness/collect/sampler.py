"""Looks at a few metrics four times a second, for as long as it is let."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from harness.collect.clock import RunClock
from reports.history import Sample

__all__ = ["LAG", "Look", "Sampler"]

LAG = "harness.lag"
"""Seconds by which the harness itself was late: where it is large, so is every latency, whoever else is to blame."""
_EVERY = 0.25

Look = Callable[[], Awaitable[Mapping[str, float]]]
"""What one source shows now, by metric; empty where it cannot be read at the moment: a gap in the line is the truth."""


class Sampler:
    """Keeps what it saw. Each source is looked at on its own: one that hangs leaves no gap in the others."""

    def __init__(self, clock: RunClock, looks: Sequence[Look]) -> None:
        self._clock = clock
        self._looks = looks
        self._samples: list[Sample] = []

    @property
    def samples(self) -> tuple[Sample, ...]:
        """In the order of their instants."""
        return tuple(self._samples)

    async def run(self) -> None:
        """Sample until cancelled."""
        async with asyncio.TaskGroup() as group:
            for look in self._looks:
                group.create_task(self._repeat(look))
            group.create_task(self._watch_lag())

    async def sample(self) -> None:
        """Look once at every source."""
        for look in self._looks:
            await self._sample(look)

    async def _repeat(self, look: Look) -> None:
        while True:
            await self._sample(look)
            await asyncio.sleep(_EVERY)

    async def _watch_lag(self) -> None:
        while True:
            due = self._clock.now() + _EVERY
            await asyncio.sleep(_EVERY)
            at = self._clock.now()
            self._samples.append(Sample(at=at, metric=LAG, value=max(0.0, at - due)))

    async def _sample(self, look: Look) -> None:
        seen = await look()
        at = self._clock.now()
        self._samples.extend(Sample(at=at, metric=metric, value=value) for metric, value in seen.items())
