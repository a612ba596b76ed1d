"""Runs the lab's coroutines in greenlets: whatever waits in them blocks its greenlet, so they never suspend."""

from collections.abc import Coroutine
from typing import Any, TypeVar

import gevent

__all__ = ["run_here", "sleep"]

_T = TypeVar("_T")


def run_here(coroutine: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine to its end in this greenlet."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: _T = end.value
        return result
    coroutine.close()
    raise AssertionError("it waits for an event loop, and there is none")


async def sleep(seconds: float) -> None:
    """A `Sleep` for clients in greenlets."""
    gevent.sleep(max(seconds, 0.0))
