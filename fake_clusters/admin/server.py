"""The admin API on a port of its own."""

import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from fake_clusters.admin.app import admin_app
from fake_clusters.admin.guard import is_loopback
from fake_clusters.admin.waits import Waits
from fake_clusters.errors import FarmError
from fake_clusters.farm import Farm

__all__ = ["Admin", "serve_admin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin:
    """A running admin API: send `Authorization: Bearer TOKEN`."""

    url: str
    token: str


@asynccontextmanager
async def serve_admin(
    farm: Farm, *, host: str = "127.0.0.1", port: int = 0, token: str | None = None
) -> AsyncIterator[Admin]:
    """Serve until the context ends. port 0: any free one. Raises `FarmError` where it cannot, or should not, listen."""
    if not is_loopback(host) and token is None:
        raise FarmError(f"admin.host: {host} can be reached from elsewhere; set admin.token, or use 127.0.0.1")
    token = token or secrets.token_urlsafe(24)
    with _listen(host, port) as listener:
        waits = Waits()
        server = await _started(admin_app(farm, waits, token=token, host=host), listener)
        try:
            yield Admin(url=f"http://{_address(listener)}", token=token)
        finally:
            waits.end()
            await server.shutdown(sockets=[listener])


async def _started(app: ASGIApp, listener: socket.socket) -> uvicorn.Server:
    """uvicorn without its `serve`, which would take over the signals of a process that is not its own."""
    config = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    return server


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise FarmError(f"admin.port: cannot listen on {host}:{port}: {error.strerror}") from error


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
