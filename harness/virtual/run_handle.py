"""A run in a thread of its own, for callers on a loop that must stay awake; and the handle by which they hold it."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from harness.errors import WorldError

__all__ = ["RunHandle", "in_thread"]

T = TypeVar("T")


class RunHandle:
    """What another thread may do to a run. The run hands itself over with `hold`."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._task: asyncio.Task[Any] | None = None
        self._stopped = False
        self._cancelled = False

    def hold(self, stop: asyncio.Event, task: asyncio.Task[Any]) -> None:
        """This is the run: `stop` ends its load, cancelling `task` ends it all."""
        self._stop, self._task = stop, task
        self._loop = asyncio.get_running_loop()
        if self._stopped:
            stop.set()
        if self._cancelled:
            task.cancel()

    def stop(self) -> None:
        """End the load."""
        self._stopped = True
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)

    def cancel(self) -> None:
        """End it all."""
        self._cancelled = True
        if self._loop is not None and self._task is not None:
            self._loop.call_soon_threadsafe(self._task.cancel)


async def in_thread(work: Callable[[RunHandle], T], stop: asyncio.Event) -> T:
    """What `work` returns or raises. `stop` and cancellation are passed on to it."""
    handle = RunHandle()
    running = asyncio.get_running_loop().run_in_executor(None, _guarded, work, handle)
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(_pass_on(stop, handle))
        try:
            await asyncio.wait((running,))
        except asyncio.CancelledError:
            handle.cancel()
            await asyncio.wait((running,))
            running.exception()  # looked at, or asyncio complains that nobody did
            raise
        finally:
            watching.cancel()
    return running.result()


def _guarded(work: Callable[[RunHandle], T], handle: RunHandle) -> T:
    """A cancellation is of the run's own loop; the caller's would take it for one of its own."""
    try:
        return work(handle)
    except asyncio.CancelledError:
        raise WorldError("the run was cancelled") from None


async def _pass_on(stop: asyncio.Event, handle: RunHandle) -> None:
    await stop.wait()
    handle.stop()
