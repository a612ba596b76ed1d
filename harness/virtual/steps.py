"""What a virtual loop has to run: asyncio's handles, made and cancelled without asyncio's detours.

A run makes some sixty for each share, so that what they cost is what a run costs. What asyncio keeps beside these
fields is for debugging; the context says whose the callback is.
"""

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import Any

__all__ = ["LoopStep", "TimedStep"]


class LoopStep(asyncio.Handle):
    """A callback."""

    __slots__ = ()

    _callback: Callable[..., object]
    _args: tuple[Any, ...]
    _context: Context
    _cancelled: bool
    _repr = None
    _source_traceback = None

    def __init__(self, callback: Callable[..., object], args: tuple[Any, ...], context: Context) -> None:
        self._callback = callback
        self._args = args
        self._context = context
        self._cancelled = False

    def cancel(self) -> None:
        """As a loop that is not debugged does it; what it held is free."""
        self._cancelled = True
        self._callback, self._args = _nothing, ()


class TimedStep(asyncio.TimerHandle):
    """The same, at an instant."""

    __slots__ = ()

    _callback: Callable[..., object]
    _args: tuple[Any, ...]
    _context: Context
    _cancelled: bool
    _repr = None
    _source_traceback = None

    def __init__(self, when: float, callback: Callable[..., object], args: tuple[Any, ...], context: Context) -> None:
        self._callback = callback
        self._args = args
        self._context = context
        self._cancelled = False
        self._when = when

    def cancel(self) -> None:
        """Most timers guard something that comes in time."""
        self._cancelled = True
        self._callback, self._args = _nothing, ()


def _nothing() -> None:
    """In place of a cancelled callback."""
