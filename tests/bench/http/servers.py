"""The servers that the bench of accepts compares, each in a process of its own.

`python -m tests.bench.http.servers VARIANT DIRECTORY [pure]` prints its port, and serves until its standard input ends.
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
from pipeline.store.sqlite import open_store
from pipeline.uuid7 import uuid7_maker

__all__ = ["VARIANTS"]

_INSERTS = (
    """INSERT INTO shares (id, location, name, size, spec_hash, operation, generation, generation_done, state,
    fence, sequence, attempt, due_at, created_at, updated_at)
    VALUES (:id, :location, :name, :size, '', 'create', 1, 0, 'pending', 0, 0, 0, :now, :now, :now)""",
    """INSERT INTO messages (share, generation, sent_at, visible_at, expires_at)
    VALUES (:id, 1, :now, :now, :now + 3600)""",
    """INSERT INTO events (at, share, location, name, after, writer)
    VALUES (:now, :id, :location, :name, 'pending', 'api')""",
)


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


VARIANTS = {"noop": noop, "grouped": grouped, "threads": threads}


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


async def _serve(variant: str, directory: Path, server: Callable[[ASGIApp], AbstractAsyncContextManager[str]]) -> None:
    path = directory / f"{variant}.db"
    async with VARIANTS[variant](path) as app, server(app) as url:
        spare_the_start()  # as the process of a pipeline does; all alike
        print(urlsplit(url).port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    where = sys.argv[1], Path(sys.argv[2])
    if sys.argv[3:] == ["pure"]:
        asyncio.run(_serve(*where, pure_server))
    else:
        run_serving(_serve(*where, http_server))  # on the loop of a pipeline that is served
