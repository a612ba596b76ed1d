"""Wakes those who wait for a message: at once within a process, by a short poll where another process sent it."""

import asyncio
from collections import deque

__all__ = ["Bell"]


class Bell:
    """One ring wakes one waiter, so that a hundred idle workers do not all run for one message.

    A ring is only a hint: one that is lost with a cancelled waiter costs a poll, since nobody waits longer than that.
    """

    def __init__(self) -> None:
        self._waiters: deque[asyncio.Future[None]] = deque()

    def ring(self) -> None:
        """Wake the one who has waited longest, if anyone waits."""
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return

    async def wait(self, seconds: float) -> None:
        """Return at the next ring, or after `seconds`."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout(seconds):
                await waiter
        except TimeoutError:
            pass
        finally:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
