"""Processes that work beside this one, and that Ctrl-C does not reach: it is for the process that asked."""

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, resource_tracker

__all__ = ["spawned"]


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
        with ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=at_first) as pool:
            try:
                yield pool
            finally:
                pool.shutdown(cancel_futures=True)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
