"""One PostgreSQL server for all tests of a process, begun when the first asks for it; an empty place for each."""

import asyncio
import atexit
import threading
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from functools import cache
from itertools import count

import asyncpg

from harness.servers.postgres import PostgresServer, serve_postgres

__all__ = ["a_database", "postgres_server"]

_numbers = count(1)


@cache
def postgres_server() -> PostgresServer:
    """It dies with this process, however that ends. In a thread and a loop of its own: the tests' loops come and go."""
    came: Future[PostgresServer] = Future()
    loop, goes = asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with serve_postgres(durable=False) as server:
            came.set_result(server)
            await goes.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    atexit.register(thread.join, 15.0)
    atexit.register(loop.call_soon_threadsafe, goes.set)
    return came.result(timeout=60.0)


@asynccontextmanager
async def a_database() -> AsyncIterator[str]:
    """The URL of an empty one: a schema of its own, which costs less than a database of its own."""
    server, name = postgres_server(), f"test_{next(_numbers)}"
    connection = await asyncpg.connect(server.url())
    try:
        await connection.execute(f"CREATE SCHEMA {name}")
        yield f"{server.url()}?search_path={name}"
        await connection.execute(f"DROP SCHEMA {name} CASCADE")
    finally:
        await connection.close()
