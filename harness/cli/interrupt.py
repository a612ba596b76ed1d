"""Ctrl-C once: end the load, heal, collect, check and report; twice: exit at once."""

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

__all__ = ["serve_until_signal", "until_interrupted"]

Result = TypeVar("Result")

_ON_FIRST_SIGNAL = "spoolproof: stopping: healing, then reporting (Ctrl-C again: exit at once)"
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""A closed terminal ends a run as Ctrl-C does, unless it runs under `nohup`."""


def until_interrupted(
    work: Callable[[asyncio.Event], Coroutine[Any, Any, Result]], *, on_first_signal: str = _ON_FIRST_SIGNAL
) -> Result:
    """Run `work(stop)` in an event loop of its own, and print `on_first_signal` to stderr at the first signal.

    Logging is disabled meanwhile: a pipeline under faults logs many errors. Raises `KeyboardInterrupt` at the
    second signal.
    """
    with _logging_disabled():
        return asyncio.run(_run_with_signals(work, on_first_signal))


def serve_until_signal(
    serving: Coroutine[Any, Any, object], *, run: Callable[[Coroutine[Any, Any, None]], None] = asyncio.run
) -> None:
    """Run a server until the first signal. run: in an event loop of which kind."""

    async def work(stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(serving)
            await stop.wait()
            task.cancel()

    run(_run_with_signals(work, "spoolproof: stopping (Ctrl-C again: exit at once)"))


@contextmanager
def _logging_disabled() -> Iterator[None]:
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


async def _run_with_signals(
    work: Callable[[asyncio.Event], Coroutine[Any, Any, Result]], on_first_signal: str
) -> Result:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    second_signal = False

    def on_signal() -> None:
        nonlocal second_signal
        if stop.is_set():
            second_signal = True
            task.cancel()
            return
        stop.set()
        sys.stderr.write(f"\n{on_first_signal}\n")

    handled = [number for number in _SIGNALS if not _is_ignored(number)]
    for number in handled:
        loop.add_signal_handler(number, on_signal)
    try:
        return await work(stop)
    except asyncio.CancelledError:
        if second_signal:
            raise KeyboardInterrupt from None
        raise
    finally:
        for number in handled:
            loop.remove_signal_handler(number)


def _is_ignored(number: signal.Signals) -> bool:
    """Return whether this process ignores the signal from its start, as under `nohup`."""
    return number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN
