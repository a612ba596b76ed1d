"""Runs one part of a Python service as a process of its own: an ASGI application, or a worker coroutine.

A script by itself: the service's folder, in which it is started, comes first on the path, and nothing of the lab's is
imported into the service's process.
"""

import argparse
import asyncio
import inspect
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from importlib import import_module
from typing import Any

_GRACE = 2
"""Seconds that requests under way may take after SIGTERM."""


def main() -> None:
    """Run the part that the command line names, until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--app", help="module:attribute of an ASGI application, or of a function that makes one")
    parser.add_argument("--port", type=int, default=0, help="where it is served")
    parser.add_argument("--worker", help="module:attribute of a coroutine function without parameters")
    words = parser.parse_args()
    sys.path.insert(0, os.getcwd())
    if words.app is not None:
        _serve(_load(words.app), words.port)
    else:
        asyncio.run(_work(_load(words.worker)))


def _load(words: str) -> Any:
    name, _, attribute = words.partition(":")
    found: Any = import_module(name)
    for word in attribute.split("."):
        found = getattr(found, word)
    makes_it = inspect.isfunction(found) and not inspect.iscoroutinefunction(found)
    return found() if makes_it and not inspect.signature(found).parameters else found


def _serve(app: Any, port: int) -> None:
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, ws="none", timeout_graceful_shutdown=_GRACE)


async def _work(worker: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """SIGTERM cancels it, as the end of a virtual world does."""
    working = asyncio.ensure_future(worker())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, working.cancel)
    try:
        await working
    except asyncio.CancelledError:
        return


if __name__ == "__main__":
    main()
