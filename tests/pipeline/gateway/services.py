"""Services behind the gateway: proper ones under uvicorn, and raw ones that break what a proper one cannot."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from connector.clock import steady_clock
from connector.http_server import http_server
from pipeline.gateway.access_log import AccessLog
from pipeline.gateway.app import create_gateway
from pipeline.settings import GatewaySettings

__all__ = ["behind", "one_route", "raw_service", "through"]

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def one_route(handler: Callable[[Request], Awaitable[Response]]) -> Starlette:
    """A service that answers everything with one handler."""
    app = Starlette()

    async def default(scope: object, receive: object, send: object) -> None:
        request = Request(scope, receive, send)  # type: ignore[arg-type]  # as starlette calls its default
        response = await handler(request)
        await response(scope, receive, send)  # type: ignore[arg-type]  # the same

    app.router.default = default
    return app


@asynccontextmanager
async def through(
    url: str, settings: GatewaySettings | None = None, log: AccessLog | None = None, *, further: Sequence[str] = ()
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a gateway in front of `url`, and of further ones."""
    clock = steady_clock(asyncio.get_running_loop())
    gateway = create_gateway(
        [url, *further], settings or GatewaySettings(), clock=clock, new_id=lambda: "made-here", log=log
    )
    async with (
        http_server(gateway) as address,
        httpx.AsyncClient(base_url=address, timeout=30.0, verify=False) as client,
    ):
        yield client


@asynccontextmanager
async def behind(
    service: ASGIApp, settings: GatewaySettings | None = None, log: AccessLog | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a gateway in front of an application. log: of the gateway."""
    async with http_server(service) as url, through(url, settings, log) as client:
        yield client


@asynccontextmanager
async def raw_service(talk: Talk) -> AsyncIterator[str]:
    """A TCP service of which `talk` has each connection; ends when all of them have ended."""
    open_, quiet = 0, asyncio.Event()

    async def whole(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal open_
        open_ += 1
        quiet.clear()
        with contextlib.suppress(ConnectionError):
            await talk(reader, writer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        open_ -= 1
        if not open_:
            quiet.set()

    async with await asyncio.start_server(whole, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
        await quiet.wait()
