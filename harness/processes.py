"""Processes that work beside this one and end with it. Ctrl-C does not reach them: it is for the process that asked."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process, resource_tracker
from threading import Thread

__all__ = ["end_at_once", "spawned"]


@contextmanager
def spawned(count: int, *, at_first: Callable[[], object] | None = None) -> Iterator[ProcessPoolExecutor]:
    """A pool of so many, for the thread that opens it. at_first: called in each process before its first work.

    What has not begun on leaving is dropped, what has is waited for.

    A terminal sends Ctrl-C to every process at once, and one that is still coming up would die of it. So each is born
    with the signal blocked, as its maker's thread has it; the other threads of this process hear it as ever.
    """
    resource_tracker.ensure_running()  # before: whoever starts it first finds the signal unblocked behind it
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        # A fork would copy whatever threads the caller has.
        with ProcessPoolExecutor(
            count, mp_context=get_context("spawn"), initializer=_begin, initargs=(at_first,)
        ) as pool:
            try:
                yield pool
            finally:
                pool.shutdown(cancel_futures=True)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_at_once(pool: ProcessPoolExecutor) -> None:
    """End a pool's processes in the middle of whatever they do; what they had to do raises `BrokenProcessPool`."""
    for process in list(pool._processes.values()):  # 3.14 has a public method for this
        process.terminate()


def _begin(at_first: Callable[[], object] | None) -> None:
    """A pool's processes wait for work for ever, also where nobody is left to send some."""
    Thread(target=_end_with_parent, daemon=True).start()
    if at_first is not None:
        at_first()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None, "a process of a pool has a parent"
    parent.join()
    os._exit(1)
