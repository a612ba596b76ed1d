"""Runs one life of a part of somebody else's service: an ASGI application, or a worker coroutine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from harness.errors import WorldError, first_leaf
from harness.virtual.hosted.life import HostedLife
from harness.virtual.hosted.modules import load
from harness.virtual.memory_http import MemoryHttp

__all__ = ["run_app", "run_worker"]

_ANY = "127.0.0.1"


@asynccontextmanager
async def run_app(life: HostedLife, words: str, port: int) -> AsyncIterator[str]:
    """Serve the application that `module:attribute` names; gives its URL."""
    app = load(life, words)
    if not callable(app):
        raise WorldError(
            f"{words} is {type(app).__name__}: accepted is an ASGI application, or a function that makes one"
        )
    async with MemoryHttp().serve(app, _ANY, port) as url:
        yield url


@asynccontextmanager
async def run_worker(life: HostedLife, words: str) -> AsyncIterator[None]:
    """Run the coroutine function that `module:attribute` names. Where it returns, the process exits; it is cancelled
    at the end of the context."""
    worker = load(life, words)
    if not asyncio.iscoroutinefunction(worker):
        raise WorldError(f"{words} is {type(worker).__name__}: accepted is a coroutine function without parameters")

    async def work() -> None:
        await worker()
        raise SystemExit(0)

    try:
        async with asyncio.TaskGroup() as group:
            working = group.create_task(work(), name=words)
            yield
            working.cancel()
    except BaseExceptionGroup as group:
        raise first_leaf(group) from None
