"""Ctrl-C once: end the load, heal, collect, judge and report what there is; twice: stop at once."""

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

__all__ = ["serve_until_signal", "until_interrupted"]

Result = TypeVar("Result")

_AT_FIRST = "spoolproof: stopping: healing, then reporting what there is (again: stop at once)"
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""A terminal that is closed ends a run as Ctrl-C does, unless the run was started to outlive it."""


def until_interrupted(
    work: Callable[[asyncio.Event], Coroutine[Any, Any, Result]], *, at_first: str = _AT_FIRST
) -> Result:
    """Run `work(stop)` to its end in a loop of its own, and say `at_first` on stderr at the first signal.

    Nothing is logged meanwhile: that a pipeline under faults complains is no news. Raises `KeyboardInterrupt` at the
    second signal.
    """
    with _unlogged():
        return asyncio.run(_guarded(work, at_first))


def serve_until_signal(serving: Coroutine[Any, Any, object]) -> None:
    """Run something that has no end of its own; for it, the first signal is a good end."""

    async def work(stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(serving)
            await stop.wait()
            task.cancel()

    asyncio.run(_guarded(work, "spoolproof: stopping (again: at once)"))


@contextmanager
def _unlogged() -> Iterator[None]:
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


async def _guarded(work: Callable[[asyncio.Event], Coroutine[Any, Any, Result]], at_first: str) -> Result:
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
        sys.stderr.write(f"\n{at_first}\n")

    listened_to = [number for number in _SIGNALS if not _outlives(number)]
    for number in listened_to:
        loop.add_signal_handler(number, heard)
    try:
        return await work(stop)
    except asyncio.CancelledError:
        if hurried:
            raise KeyboardInterrupt from None
        raise
    finally:
        for number in listened_to:
            loop.remove_signal_handler(number)


def _outlives(number: signal.Signals) -> bool:
    """Whether whoever started this process had it ignore that its terminal is closed, as `nohup` does."""
    return number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN
