"""The one clock: Unix seconds that advance with the event loop, so that a virtual loop is a virtual clock."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol, runtime_checkable

__all__ = ["Clock", "steady_clock"]

Clock = Callable[[], float]
"""Unix time in seconds; never steps back within a process."""


_READINGS = 8
"""A process that is put aside between two readings would be late for ever: the closest pair of several counts."""


@runtime_checkable
class _ClockKeeper(Protocol):
    """A loop that has a clock of its own, as a virtual one does."""

    def unix_clock(self) -> Clock: ...


def steady_clock(loop: asyncio.AbstractEventLoop) -> Clock:
    """A clock read once from the wall, then driven by `loop.time()`: processes on one machine agree.

    A loop that keeps a clock of its own (`unix_clock`) is asked for it instead.
    """
    if isinstance(loop, _ClockKeeper):
        return loop.unix_clock()
    _, anchor = min(_anchor(loop) for _ in range(_READINGS))
    return lambda: anchor + loop.time()


def _anchor(loop: asyncio.AbstractEventLoop) -> tuple[float, float]:
    """How far apart the readings were, and the Unix instant of the loop's zero."""
    before = loop.time()
    wall = time.time()  # noqa: TID251 - the one edge where the wall clock enters
    after = loop.time()
    return after - before, wall - (before + after) / 2
