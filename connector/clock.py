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

    A loop that keeps a clock of its own (`unix_clock`) is asked for it instead. uvloop's time stands still within a
    turn of the loop, which may have begun long ago, and counts milliseconds: its source is read itself.
    """
    if isinstance(loop, _ClockKeeper):
        return loop.unix_clock()
    read = time.monotonic if type(loop).__module__.startswith("uvloop") else loop.time  # noqa: TID251 - see above
    _, anchor = min(_anchor(read) for _ in range(_READINGS))
    return lambda: anchor + read()


def _anchor(read: Callable[[], float]) -> tuple[float, float]:
    """How far apart the readings were, and the Unix instant of the clock's zero."""
    before = read()
    wall = time.time()  # noqa: TID251 - the one edge where the wall clock enters
    after = read()
    return after - before, wall - (before + after) / 2
