"""Ctrl-C once: end the load, heal, collect, judge and report what there is; twice: stop at once."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

__all__ = ["until_interrupted"]

Result = TypeVar("Result")

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def until_interrupted(work: Callable[[asyncio.Event], Coroutine[Any, Any, Result]]) -> Result:
    """Run `work(stop)` to its end in a loop of its own. Raises `KeyboardInterrupt` at the second signal."""
    return asyncio.run(_guarded(work))


async def _guarded(work: Callable[[asyncio.Event], Coroutine[Any, Any, Result]]) -> Result:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    hurried = False

    def heard() -> None:
        nonlocal hurried
        if stop.is_set():
            hurried = True
            task.cancel()
            return
        stop.set()
        sys.stderr.write("\nspoolproof: stopping: healing, then reporting what there is (again: stop at once)\n")

    for number in _SIGNALS:
        loop.add_signal_handler(number, heard)
    try:
        return await work(stop)
    except asyncio.CancelledError:
        if hurried:
            raise KeyboardInterrupt from None
        raise
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
