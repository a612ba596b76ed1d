"""Looks at a few metrics four times a second, for as long as it is let."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from harness.collect.clock import RunClock
from reports.history import Sample

__all__ = ["Sampler"]

EVERY = 0.25

Look = Callable[[], Awaitable[Mapping[str, float]]]
"""What one source shows now, by metric; empty where it cannot be read at the moment: a gap in the line is the truth."""


class Sampler:
    """Keeps what it saw."""

    def __init__(self, clock: RunClock, looks: tuple[Look, ...]) -> None:
        self._clock = clock
        self._looks = looks
        self._samples: list[Sample] = []

    @property
    def samples(self) -> tuple[Sample, ...]:
        return tuple(self._samples)

    async def run(self) -> None:
        """Sample until cancelled."""
        while True:
            await self.sample()
            await asyncio.sleep(EVERY)

    async def sample(self) -> None:
        """Look once at each source."""
        for look in self._looks:
            for metric, value in (await look()).items():
                self._samples.append(Sample(at=self._clock.now(), metric=metric, value=value))
