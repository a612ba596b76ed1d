"""HTTP between hosts without sockets: a request is a call of the application, as a task of the host that serves it.

Connections are refused where nobody listens, and reset where a host dies; a client that gives up leaves the server at
its work, as a closed connection does.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from starlette.types import ASGIApp

from harness.http_client import HttpClient, HttpRequest, HttpResponse, InMemoryRequest, InMemoryResponse, RawHeaders
from harness.service.environment import Forward
from harness.virtual.asgi_request import run_asgi
from harness.virtual.exchange import Exchange, Work
from harness.virtual.hosts import Host, current_host
from harness.virtual.lifespan import lifespan
from harness.virtual.loop import running_loop
from harness.virtual.partitions import Partitions

__all__ = ["HTTP_PORT", "DirectHttp"]

A = TypeVar("A")

_FIRST_PORT = 8_000
HTTP_PORT = 80
_GRACE = 2.0
"""Seconds that requests under way may take after the end, as `connector.http_server` has it."""
_LEGS_TO_SERVER = 3
"""Times the latency until a server has a request: SYN, its answer, and the request itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Server:
    """One application at one address."""

    host: Host
    port: int
    app: ASGIApp


class DirectHttp:
    """Every application that is served, and every request under way. latency: one-way seconds between two hosts.

    partitions: the partitions. Each request has a connection of its own, so that across a partition none is sent.
    """

    def __init__(self, partitions: Partitions, *, latency: float = 0.0) -> None:
        self.partitions = partitions
        self._latency = latency
        self._servers: dict[tuple[str, int], _Server] = {}
        self._exchanges: dict[Exchange[Any], None] = {}
        self._ports = itertools.count(_FIRST_PORT)

    @asynccontextmanager
    async def serve(self, app: ASGIApp, host: str, port: int) -> AsyncIterator[str]:
        """Serve `app` on the current host, at this port (0: any); gives its URL."""
        here = current_host()
        server = _Server(host=here, port=port or next(self._ports), app=app)
        async with lifespan(app):
            self._servers[here.name, server.port] = server
            try:
                yield f"http://{here.name}:{server.port}"
            finally:
                del self._servers[here.name, server.port]
                await self._finish(here)

    @property
    def forward(self) -> Forward:
        """How a gateway sends a request on."""
        return self.ask

    @asynccontextmanager
    async def open_http(self, url: str, *, connect: float, patience: float | None = None) -> AsyncIterator[HttpClient]:
        """What a client asks through. A connection opens at once, or across a partition not before it heals."""
        yield _DirectClient(self, url, connect, patience)

    async def ask(
        self, host: str, port: int, request: InMemoryRequest, *, connect: float | None, patience: float | None
    ) -> InMemoryResponse:
        """Send a request as the current host; see `call`."""

        work = partial(run_asgi, request=request, port=port)
        return await self.call(host, port, work, connect=connect, patience=patience)

    async def call(
        self,
        host: str,
        port: int,
        work: Callable[[ASGIApp, Exchange[A]], Work[A]],
        *,
        connect: float | None,
        patience: float | None,
        at_once: bool = False,
    ) -> A:
        """Let the application that listens there work for the current host. Raises as httpx does where no answer comes.

        work: what the application does. connect, patience: seconds for the connection, and for the answer. at_once: it
        does that without a task, except across a partition.
        """
        here, loop = current_host(), running_loop()
        if self.partitions.blocked(here.name, host):
            try:
                await self.partitions.wait_connect(here.name, host, connect)
            except TimeoutError:
                raise httpx.ConnectTimeout("no connection in time") from None
        delay = 0.0 if host == here.name else self._latency
        if delay > 0:
            await asyncio.sleep(_LEGS_TO_SERVER * delay)
        server = self._servers.get((host, port))
        if server is None or not server.host.alive:
            raise httpx.ConnectError("connection refused")
        exchange: Exchange[A] = Exchange(loop, client=here, server=server.host, delay=delay)
        self._exchanges[exchange] = None
        asked = loop.time()
        is_whole = self._is_whole if at_once else None
        exchange.begin(partial(work, server.app, exchange), over=self._over, at_once=is_whole)
        try:
            answer = await exchange.answer(patience)
            if self.partitions.blocked_one_way(host, here.name):
                await self._gets_through(exchange, None if patience is None else asked + patience)
            return answer
        finally:
            exchange.hang_up()

    async def _gets_through(self, exchange: Exchange[Any], deadline: float | None) -> None:
        left = None if deadline is None else deadline - asyncio.get_running_loop().time()
        try:
            await self.partitions.wait_delivered(exchange.server.name, exchange.client.name, left)
        except TimeoutError:
            raise httpx.ReadTimeout("no answer in time") from None

    def host_died(self, host: Host) -> None:
        """What a kernel does for a killed process: its ports close, its peers are reset."""
        for key in [key for key, server in self._servers.items() if server.host is host]:
            del self._servers[key]
        for exchange in [row for row in self._exchanges if host in {row.server, row.client}]:
            if exchange.server is host:
                exchange.rest()  # which the loop keeps with the other tasks of the dead
            exchange.reset()
            self._over(exchange)

    def _is_whole(self) -> bool:
        return self.partitions.none

    def _over(self, exchange: Exchange[Any]) -> None:
        self._exchanges.pop(exchange, None)

    async def _finish(self, host: Host) -> None:
        under_way = [row.rest() for row in self._exchanges if row.server is host]
        tasks = [task for task in under_way if task is not None]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_GRACE)
            for task in sorted(late, key=hash):
                task.cancel()


class _DirectClient:
    def __init__(self, http: DirectHttp, url: str, connect: float, patience: float | None) -> None:
        parts = urlsplit(url)
        self._http = http
        self._host, self._port = parts.hostname or "", parts.port or HTTP_PORT
        self._connect, self._patience = connect, patience
        self._usual: RawHeaders = [(b"host", parts.netloc.encode()), (b"user-agent", b"spoolproof-load")]

    async def send(self, asked: HttpRequest) -> HttpResponse:
        headers = [*self._usual, *((name.encode(), value.encode()) for name, value in asked.headers)]
        if asked.body:
            headers.append((b"content-length", b"%d" % len(asked.body)))
        request = InMemoryRequest(method=asked.method, target=asked.target.encode(), headers=headers, body=asked.body)
        answer = await self._http.ask(self._host, self._port, request, connect=self._connect, patience=self._patience)
        said = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
        return HttpResponse(status=answer.status, headers=said, body=answer.body)
