"""The ASGI lifespan of an application, as a context."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp, Message

from harness.errors import WorldError

__all__ = ["lifespan"]


@asynccontextmanager
async def lifespan(app: ASGIApp) -> AsyncIterator[None]:
    """Start the application up, and shut it down at the end. Raises `WorldError` where it does not start."""
    asked: asyncio.Queue[Message] = asyncio.Queue()
    told: asyncio.Queue[Message] = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        group.create_task(app({"type": "lifespan", "asgi": {"version": "3.0"}}, asked.get, told.put), name="lifespan")  # type: ignore[arg-type]  # an awaitable that is a coroutine
        await asked.put({"type": "lifespan.startup"})
        if (answer := await told.get())["type"] != "lifespan.startup.complete":
            raise WorldError(f"the application did not start: {answer.get('message', '')}")
        try:
            yield
        finally:
            await asked.put({"type": "lifespan.shutdown"})
            await told.get()
