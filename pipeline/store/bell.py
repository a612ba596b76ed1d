"""Wakes those who wait for a message: at once within a process, by a short poll where another process sent it."""

import asyncio
from collections import deque

__all__ = ["Bell"]


class Bell:
    """One ring wakes one waiter, so that a hundred idle workers do not all run for one message.

    A ring is only a hint: one that is lost with a cancelled waiter costs a poll, since nobody waits longer than that.
    """

    def __init__(self) -> None:
        self._waiters: deque[asyncio.Future[bool]] = deque()

    def ring(self) -> None:
        """Wake the one who has waited longest, if anyone waits."""
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(True)
                return

    async def wait(self, seconds: float) -> bool:
        """Return at the next ring (True), or after `seconds`."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[bool] = loop.create_future()
        self._waiters.append(waiter)
        # A timer costs a third of `asyncio.timeout`, and an idle processor waits twenty times a second.
        timer = loop.call_later(seconds, _give_up, waiter)
        try:
            return await waiter
        finally:
            timer.cancel()
            if waiter in self._waiters:
                self._waiters.remove(waiter)


def _give_up(waiter: asyncio.Future[bool]) -> None:
    if not waiter.done():
        waiter.set_result(False)
