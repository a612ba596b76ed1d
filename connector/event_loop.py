"""The event loop of a process that serves: uvloop where there is one, else asyncio's own."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

__all__ = ["run_serving"]

Result = TypeVar("Result")


def run_serving(main: Coroutine[Any, Any, Result]) -> Result:
    """As `asyncio.run`, on the loop that serves most requests a second."""
    with asyncio.Runner(loop_factory=_new_loop) as runner:
        return runner.run(main)


def _new_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop  # no wheels for every platform and interpreter
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
