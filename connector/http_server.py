"""Serves an ASGI application with uvicorn inside a running loop: no signal handlers, no exit, no task of its own."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.utils import formatdate

import uvicorn
from starlette.types import ASGIApp

from connector.clock import steady_clock
from connector.errors import ListenError
from connector.http_connection import HttpConnection, HttpLimits

__all__ = ["http_server"]

_BACKLOG = 2048
_STEP = 0.005


@asynccontextmanager
async def http_server(
    app: ASGIApp,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    grace: int = 2,
    keep_alive: int = 5,
    limits: HttpLimits | None = None,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[str]:
    """Serve `app`; gives its URL, such as `http://127.0.0.1:40123` (port 0: the system picks one).

    grace: seconds that requests under way may take after the end; then they are cancelled.
    keep_alive: seconds after which an idle connection is closed. limits: what else one client may take.
    tls: None: plain HTTP.
    Raises `ListenError` where the address cannot be had or the application does not start.
    """
    connection = HttpConnection.with_limits(limits or HttpLimits())
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=connection,
        log_config=None,
        access_log=False,
        ws="none",
        server_header=False,
        proxy_headers=False,  # who asks is who connects: X-Forwarded-For can be written by anyone
        timeout_graceful_shutdown=grace,
        timeout_keep_alive=keep_alive,
    )
    server = _Server(config, connection, tls)
    await server.open()
    try:
        yield server.url
    finally:
        await server.close()


class _Server(uvicorn.Server):
    """uvicorn's own start exits the process when the port is taken, and its loop ticks ten times a second."""

    def __init__(self, config: uvicorn.Config, connection: type[HttpConnection], tls: ssl.SSLContext | None) -> None:
        super().__init__(config)
        self._tls = tls
        self._connection = connection

    async def open(self) -> None:
        self.config.load()
        self.lifespan = self.config.lifespan_class(self.config)
        await self.lifespan.startup()
        if self.lifespan.should_exit:
            raise ListenError("the application did not start; its log says why")
        loop = asyncio.get_running_loop()
        try:
            listener = await loop.create_server(
                self._protocol, host=self.config.host, port=self.config.port, backlog=_BACKLOG, ssl=self._tls
            )
        except OSError as error:
            await self.lifespan.shutdown()
            raise ListenError(f"{self.config.host}:{self.config.port}: cannot listen: {_reason(error)}") from error
        self.servers = [listener]
        self._clock = steady_clock(loop)
        self._set_date()

    @property
    def url(self) -> str:
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        scheme = "http" if self._tls is None else "https"
        return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"

    async def close(self) -> None:
        """End as `uvicorn.Server.shutdown` does, which waits in steps of a tenth of a second."""
        self._timer.cancel()
        for listener in self.servers:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110 - uvicorn tells nobody
                    await asyncio.sleep(_STEP)
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()

    def _protocol(self) -> asyncio.Protocol:
        return self._connection(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)

    def _set_date(self) -> None:
        """An answer of a server with a clock carries its date (RFC 9110, 6.6.1)."""
        date = formatdate(self._clock(), usegmt=True).encode()
        self.server_state.default_headers = [(b"date", date), *self.config.encoded_headers]
        self._timer = asyncio.get_running_loop().call_later(1.0, self._set_date)


def _reason(error: OSError) -> str:
    """asyncio puts the address into the text, where it stands already."""
    return str(error) if error.errno is None else os.strerror(error.errno).lower()
