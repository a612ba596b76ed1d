"""Tells any number of listeners that there is something new: who was slow hears of it once, and misses nothing."""

import asyncio
from contextlib import suppress

__all__ = ["Pulse"]


class Pulse:
    """beats: how often there was something new. closed: there will be nothing more."""

    def __init__(self) -> None:
        self.beats = 0
        self.closed = False
        self._event = asyncio.Event()

    def set(self) -> None:
        """There is something new."""
        self.beats += 1
        self._event.set()
        self._event = asyncio.Event()

    def close(self) -> None:
        """Let every listener end."""
        self.closed = True
        self.set()

    async def beyond(self, beats: int, *, within: float) -> bool:
        """Wait for a beat after so many, at most so many seconds; whether it came."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while self.beats <= beats and not self.closed:
                    await self._event.wait()
        return self.beats > beats
