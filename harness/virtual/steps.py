"""What a virtual loop has to run: asyncio's handles, which know their host, and are made without asyncio's detours.

A run makes some seventy for each share, so that what they cost is what a run costs.
"""

import asyncio
from collections.abc import Callable
from contextvars import Context, copy_context
from typing import Any

from harness.virtual.hosts import Host, host_of

__all__ = ["Step", "TimedStep"]


class Step(asyncio.Handle):
    """A callback of a host. `_cancelled` is asyncio's own, read by the loop."""

    __slots__ = ("host",)

    _cancelled: bool

    def __init__(
        self,
        callback: Callable[..., object],
        args: tuple[Any, ...],
        loop: asyncio.AbstractEventLoop,
        context: Context | None,
    ) -> None:
        context = copy_context() if context is None else context
        self.host: Host = host_of(context)
        self._context = context
        self._loop = loop
        self._callback = callback
        self._args = args
        self._cancelled = False
        self._repr = None
        self._source_traceback = None


class TimedStep(asyncio.TimerHandle):
    """The same, at an instant."""

    __slots__ = ("host",)

    _cancelled: bool

    def __init__(
        self,
        when: float,
        callback: Callable[..., object],
        args: tuple[Any, ...],
        loop: asyncio.AbstractEventLoop,
        context: Context | None,
    ) -> None:
        context = copy_context() if context is None else context
        self.host: Host = host_of(context)
        self._context = context
        self._loop = loop
        self._callback = callback
        self._args = args
        self._cancelled = False
        self._repr = None
        self._source_traceback = None
        self._when = when
        self._scheduled = False

    def cancel(self) -> None:
        """As a loop that is not debugged does it; most timers guard something that comes in time."""
        self._cancelled = True
        self._callback, self._args = _nothing, ()


def _nothing() -> None:
    """In place of a cancelled callback, so that what it held is free."""
