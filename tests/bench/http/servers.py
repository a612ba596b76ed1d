"""The servers that the bench of accepts compares, each in a process of its own.

`python -m tests.bench.http.servers VARIANT PLACE [pure]` prints its port, and serves until its standard input ends.
PLACE:
a directory, or the URL of a database of PostgreSQL.
"""

import asyncio
import socket
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from connector.clock import steady_clock
from connector.event_loop import run_serving
from connector.http_server import http_server
from pipeline.api.app import create_api
from pipeline.garbage import spare_the_start
from pipeline.metrics import Metrics
from pipeline.settings import ApiSettings
from pipeline.store.connection import connect_writer
from pipeline.store.postgres import writer
from pipeline.store.postgres.opening import open_postgres_store
from pipeline.store.sqlite import open_store
from pipeline.store.wakeup import LoopWakeup
from pipeline.uuid7 import uuid7_maker

__all__ = ["ON_POSTGRES", "VARIANTS"]

_WRITERS = 16
"""Connections of those that take one for each request."""

_INSERTS = (
    """INSERT INTO shares (id, location, name, size, spec_hash, operation, generation, generation_done, state,
    fence, sequence, attempt, due_at, created_at, updated_at)
    VALUES (:id, :location, :name, :size, '', 'create', 1, 0, 'pending', 0, 0, 0, :now, :now, :now)""",
    """INSERT INTO messages (share, generation, sent_at, visible_at, expires_at)
    VALUES (:id, 1, :now, :now, :now + 3600)""",
    """INSERT INTO events (at, share, location, name, after, writer)
    VALUES (:now, :id, :location, :name, 'pending', 'api')""",
)
_INSERT = """
WITH made AS (
    INSERT INTO shares (id, location, name, size, spec_hash, operation, generation, generation_done, state,
    fence, sequence, attempt, due_at, created_at, updated_at)
    VALUES ($1, $2, $3, $4, '', 'create', 1, 0, 'pending', 0, 0, 0, $5, $5, $5)
), sent AS (
    INSERT INTO messages (share, generation, sent_at, visible_at, expires_at) VALUES ($1, 1, $5, $5, $5 + 3600)
)
INSERT INTO events (at, share, location, name, after, writer) VALUES ($5, $1, $2, $3, 'pending', 'api')
"""


@asynccontextmanager
async def noop(_: Path) -> AsyncIterator[ASGIApp]:
    """A route that does nothing: what the web server and the framework cost by themselves."""

    async def nothing(_: Request) -> Response:
        return Response(status_code=202)

    yield Starlette(routes=[Route("/v1/shares", nothing, methods=["POST"])])


@asynccontextmanager
async def grouped(path: Path) -> AsyncIterator[ASGIApp]:
    """The API as it is served, with its metrics."""
    clock = steady_clock(asyncio.get_running_loop())
    async with open_store(path, clock) as store:
        yield create_api(store, ApiSettings(), clock=clock, new_id=uuid7_maker(clock), metrics=Metrics())


@asynccontextmanager
async def threads(path: Path) -> AsyncIterator[ASGIApp]:
    """The same rows, inserted in one of starlette's worker threads for each request, with a connection per thread.

    This is what starlette does with every handler that is not a coroutine.
    """
    clock = steady_clock(asyncio.get_running_loop())
    new_id = uuid7_maker(clock)
    own = threading.local()
    connect_writer(path, busy=30.0)[0].close()

    def insert(asked: dict[str, object]) -> None:
        db: sqlite3.Connection | None = getattr(own, "db", None)
        if db is None:
            own.db, _ = connect_writer(path, busy=60.0)
            db = own.db
        values = {**asked, "now": clock()}
        with db:
            db.execute("BEGIN IMMEDIATE")
            for statement in _INSERTS:
                db.execute(statement, values)

    async def create(request: Request) -> Response:
        asked = await request.json()
        await run_in_threadpool(insert, {**asked, "id": new_id()})  # here: what makes ids is not for several threads
        return Response(status_code=202)

    yield Starlette(routes=[Route("/v1/shares", create, methods=["POST"])])


@asynccontextmanager
async def postgres(url: str) -> AsyncIterator[ASGIApp]:
    """The API as it is served, on PostgreSQL."""
    clock = steady_clock(asyncio.get_running_loop())
    async with open_postgres_store(url, clock) as store:
        yield create_api(store, ApiSettings(), clock=clock, new_id=uuid7_maker(clock), metrics=Metrics())


@asynccontextmanager
async def silent(url: str) -> AsyncIterator[ASGIApp]:
    """The same without a word to processors."""
    clock = steady_clock(asyncio.get_running_loop())
    async with open_postgres_store(url, clock) as store:
        store._wakeup = LoopWakeup()
        yield create_api(store, ApiSettings(), clock=clock, new_id=uuid7_maker(clock), metrics=Metrics())


@asynccontextmanager
async def alone(url: str) -> AsyncIterator[ASGIApp]:
    """The same with a transaction for each request, of which as many run at once as connections give most."""
    clock = steady_clock(asyncio.get_running_loop())
    async with open_postgres_store(url, clock, writers=_WRITERS) as store:
        writer._LARGEST_BATCH = 1
        yield create_api(store, ApiSettings(), clock=clock, new_id=uuid7_maker(clock), metrics=Metrics())


@asynccontextmanager
async def insert(url: str) -> AsyncIterator[ASGIApp]:
    """The same rows in one statement for each request, on a pool of connections, and nothing is checked."""
    clock = steady_clock(asyncio.get_running_loop())
    new_id = uuid7_maker(clock)
    async with open_postgres_store(url, clock):  # makes the tables
        pass
    async with asyncpg.create_pool(url, min_size=_WRITERS, max_size=_WRITERS) as pool:

        async def create(request: Request) -> Response:
            asked = await request.json()
            await pool.execute(_INSERT, new_id(), asked["location"], asked["name"], asked["size"], clock())
            return Response(status_code=202)

        yield Starlette(routes=[Route("/v1/shares", create, methods=["POST"])])


VARIANTS = {"noop": noop, "grouped": grouped, "threads": threads}
ON_POSTGRES = {"postgres": postgres, "silent": silent, "alone": alone, "insert": insert}


@asynccontextmanager
async def pure_server(app: ASGIApp) -> AsyncIterator[str]:
    """uvicorn as it is where nothing else is installed: h11 on asyncio's own loop."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    config = uvicorn.Config(app, http="h11", log_config=None, access_log=False, ws="none", lifespan="off")
    server = uvicorn.Server(config)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True


def _opened(variant: str, place: str) -> AbstractAsyncContextManager[ASGIApp]:
    return ON_POSTGRES[variant](place) if variant in ON_POSTGRES else VARIANTS[variant](Path(place) / f"{variant}.db")


async def _serve(variant: str, place: str, server: Callable[[ASGIApp], AbstractAsyncContextManager[str]]) -> None:
    async with _opened(variant, place) as app, server(app) as url:
        spare_the_start()  # as the process of a pipeline does; all alike
        print(urlsplit(url).port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    where = sys.argv[1], sys.argv[2]
    if sys.argv[3:] == ["pure"]:
        asyncio.run(_serve(*where, pure_server))
    else:
        run_serving(_serve(*where, http_server))  # on the loop of a pipeline that is served
