"""A run in a thread of its own, for callers on a loop that must stay awake; and the handle by which they hold it."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

__all__ = ["RunHandle", "in_thread"]

T = TypeVar("T")


class RunHandle:
    """What another thread may do to a run. The run hands itself over with `hold`.

    halted: asked in the thread of the run, now and then, whether to end it at once.
    """

    def __init__(self, halted: Callable[[], bool] = lambda: False) -> None:
        self._asked = halted
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._stopped = False
        self._halted = False

    def hold(self, stop: asyncio.Event) -> None:
        """This is the run: `stop` ends its load."""
        self._stop = stop
        self._loop = asyncio.get_running_loop()
        if self._stopped:
            stop.set()

    def stop(self) -> None:
        """End the load."""
        self._stopped = True
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)

    def halt(self) -> None:
        """End it all at once, also where its loop is busy: nothing is healed, read or collected."""
        self._halted = True

    def is_halted(self) -> bool:
        """Whether it is to end at once."""
        return self._halted or self._asked()


async def in_thread(work: Callable[[RunHandle], T], stop: asyncio.Event) -> T:
    """What `work` returns or raises. `stop` is passed on to it; cancellation halts it."""
    handle = RunHandle()
    if stop.is_set():
        handle.stop()  # a short run might be over before it is passed on
    running = asyncio.get_running_loop().run_in_executor(None, work, handle)
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(_pass_on(stop, handle))
        try:
            await asyncio.wait((running,))
        except asyncio.CancelledError:
            handle.halt()
            await asyncio.wait((running,))
            running.exception()  # looked at, or asyncio complains that nobody did
            raise
        finally:
            watching.cancel()
    return running.result()


async def _pass_on(stop: asyncio.Event, handle: RunHandle) -> None:
    await stop.wait()
    handle.stop()
