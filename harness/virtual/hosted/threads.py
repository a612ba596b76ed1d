"""Threads and blocking waits: refused to the code of a life. What a library does in a thread is done inline.

Starlette and FastAPI call plain functions (`def` endpoints and dependencies) in threads. They run inline too, one after
another: so does SQLite in them, but no two of them at once.
"""

import threading
import time
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from typing import Any

import anyio.to_thread
from anyio.lowlevel import checkpoint

from harness.virtual.hosted.life import HostedLife
from harness.virtual.hosted.origin import asked_by_service
from harness.virtual.hosted.replaced import Serve, replace_function

__all__ = ["install", "refuse_thread"]

_INSTEAD = "all code of a service runs on the loop here: await it, or do it inline"


def install() -> None:
    """Replace what starts a thread, or waits for one, in this process."""
    replace_function(threading.Thread, "start", _refusing("a thread", _INSTEAD))
    replace_function(threading.Condition, "wait", _wait_in(threading.Condition.wait))
    replace_function(time, "sleep", _refusing("time.sleep", "await asyncio.sleep"))
    replace_function(anyio.to_thread, "run_sync", _run_inline)


def refuse_thread(life: HostedLife, what: str) -> None:
    """Raise `LeavesVirtualTime` where the service's own code asks for a thread."""
    if asked_by_service(life.folder):
        raise life.refuse(what, _INSTEAD)


def _refusing(what: str, instead: str) -> Serve:
    def refuse(life: HostedLife, *args: object, **options: object) -> None:
        raise life.refuse(what, instead)

    return refuse


def _wait_in(original: Callable[..., bool]) -> Serve:
    """Events, queues and semaphores wait so; a look without a wait does no harm."""

    def wait(life: HostedLife, condition: threading.Condition, timeout: float | None = None) -> bool:
        if timeout != 0:
            raise life.refuse("waiting for another thread", _INSTEAD)
        return original(condition, timeout)

    return wait


def _run_inline(
    life: HostedLife, func: Callable[..., Any], *args: Any, limiter: Any = None, **options: Any
) -> Awaitable[Any]:
    refuse_thread(life, "anyio.to_thread.run_sync")

    async def run() -> Any:
        await checkpoint()
        async with limiter or anyio.to_thread.current_default_thread_limiter():
            return copy_context().run(func, *args)

    return run()
