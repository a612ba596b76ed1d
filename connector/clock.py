"""The one clock: Unix seconds that advance with the event loop, so that a virtual loop is a virtual clock."""

import asyncio
import time
from collections.abc import Callable

__all__ = ["Clock", "steady_clock"]

Clock = Callable[[], float]
"""Unix time in seconds; never steps back within a process."""


def steady_clock(loop: asyncio.AbstractEventLoop) -> Clock:
    """A clock read once from the wall, then driven by `loop.time()`: processes on one machine agree."""
    anchor = time.time() - loop.time()  # noqa: TID251 - the one edge where the wall clock enters
    return lambda: anchor + loop.time()
