"""Wakes those who wait for a message: at once within a process, by a short poll where another process sent it."""

import asyncio
from collections import deque
from typing import Protocol

__all__ = ["LoopWakeup", "Wakeup"]


class Wakeup(Protocol):
    """Where takers wait for messages."""

    def time(self) -> float:
        """Seconds by the clock of the waiting."""
        ...

    def notify(self) -> None:
        """Wake the one who has waited longest, or the next one who waits."""
        ...

    async def wait(self, seconds: float) -> bool:
        """Return at the next notification (True), or after `seconds`."""
        ...


class LoopWakeup:
    """One notification wakes one waiter of an event loop, so that not all idle workers run for one message.

    One that comes while nobody waits is kept for who waits next: a taker may just be looking, and finding nothing.
    It is only a hint: one that is lost with a cancelled waiter costs a poll, since nobody waits longer than that.
    """

    def __init__(self) -> None:
        self._waiters: deque[asyncio.Future[bool]] = deque()
        self._is_kept = False

    def time(self) -> float:
        """The loop's."""
        return asyncio.get_running_loop().time()

    def notify(self) -> None:
        """Wake the one who has waited longest, or the next one who waits."""
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(True)
                return
        self._is_kept = True

    async def wait(self, seconds: float) -> bool:
        """Return at the next notification (True), at once where one was kept, or after `seconds`."""
        if self._is_kept:
            self._is_kept = False
            return True
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
