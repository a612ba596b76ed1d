"""HTTP between hosts without sockets: a request is a call of the application, as a task of the host that serves it.

Connections are refused where nobody listens, and reset where a host dies; a client that gives up leaves the server at
its work, as a closed connection does.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from starlette.types import ASGIApp

from harness.virtual.exchange import Exchange
from harness.virtual.hosts import Host, current_host
from harness.virtual.lifespan import lifespan
from pipeline.settings import GatewaySettings

__all__ = ["Web", "WebTransport"]

_FIRST_PORT = 8_000
_GRACE = 2.0
"""Seconds that requests under way may take after the end, as `pipeline.http_server` has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """One application at one address."""

    host: Host
    port: int
    app: ASGIApp


class Web:
    """Every application that is served, and every request under way. latency: one-way seconds between two hosts."""

    def __init__(self, *, latency: float = 0.0) -> None:
        self._latency = latency
        self._sites: dict[tuple[str, int], _Site] = {}
        self._exchanges: dict[Exchange, None] = {}
        self._ports = itertools.count(_FIRST_PORT)

    @asynccontextmanager
    async def serve(self, app: ASGIApp, host: str, port: int) -> AsyncIterator[str]:
        """Serve `app` on the current host, at this port (0: any); gives its URL."""
        here = current_host()
        site = _Site(host=here, port=port or next(self._ports), app=app)
        async with lifespan(app):
            self._sites[here.name, site.port] = site
            try:
                yield f"http://{here.name}:{site.port}"
            finally:
                del self._sites[here.name, site.port]
                await self._finish(here)

    def upstream(self, service: httpx.URL, settings: GatewaySettings) -> httpx.AsyncBaseTransport:
        """What a gateway asks through."""
        return WebTransport(self)

    def open_transport(self) -> httpx.AsyncBaseTransport:
        """What a client asks through."""
        return WebTransport(self)

    async def ask(self, request: httpx.Request) -> Exchange:
        """Begin a request of the current host's. Raises what httpx raises where no connection comes about."""
        url = request.url
        site = self._sites.get((url.host, url.port or 80))
        here = current_host()
        delay = 0.0 if url.host == here.name else self._latency
        if delay > 0:
            await asyncio.sleep(3 * delay)
        if site is None or not site.host.alive:
            raise httpx.ConnectError("connection refused", request=request)
        body = b"".join([chunk async for chunk in request.stream])  # type: ignore[union-attr]  # an asynchronous client's
        exchange = Exchange(client=here, server=site.host, port=site.port, delay=delay)
        self._exchanges[exchange] = None
        exchange.begin(site.app, request, body, over=self._over)
        return exchange

    def host_died(self, host: Host) -> None:
        """What a kernel does for a killed process: its ports close, its peers are reset."""
        for key in [key for key, site in self._sites.items() if site.host is host]:
            del self._sites[key]
        for exchange in [row for row in self._exchanges if host in {row.server, row.client}]:
            exchange.reset()
            self._over(exchange)

    def _over(self, exchange: Exchange) -> None:
        self._exchanges.pop(exchange, None)

    async def _finish(self, host: Host) -> None:
        tasks = [row.task for row in self._exchanges if row.server is host and row.task is not None]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_GRACE)
            for task in sorted(late, key=hash):
                task.cancel()


class WebTransport(httpx.AsyncBaseTransport):
    """What an httpx client asks through."""

    def __init__(self, web: Web) -> None:
        self._web = web

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        exchange = await self._web.ask(request)
        try:
            status, headers, body = await exchange.answer(request)
        finally:
            exchange.hang_up()
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))
