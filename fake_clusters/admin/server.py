"""The admin API on a port of its own."""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import uvicorn

from fake_clusters.admin.app import admin_app
from fake_clusters.admin.guard import is_loopback
from fake_clusters.errors import FarmError
from fake_clusters.farm import Farm

__all__ = ["Admin", "serve_admin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin:
    """A running admin API: send `Authorization: Bearer TOKEN`."""

    url: str
    token: str


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the loop, who may be a test or a command with an ending of its own."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serve_admin(
    farm: Farm, *, host: str = "127.0.0.1", port: int = 0, token: str | None = None
) -> AsyncIterator[Admin]:
    """Serve until the context ends. port 0: any free one. Raises `FarmError` where it cannot, or should not, listen."""
    if not is_loopback(host) and token is None:
        raise FarmError(f"admin.host: {host} can be reached from elsewhere; set admin.token, or use 127.0.0.1")
    token = token or secrets.token_urlsafe(24)
    listener = _listen(host, port)
    server = _Server(
        uvicorn.Config(
            admin_app(farm, token=token, host=host), log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
    )
    with listener:
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(server.serve(sockets=[listener]))
            try:
                yield Admin(url=f"http://{_address(listener)}", token=token)
            finally:
                server.should_exit = True
                await asyncio.wait([serving])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise FarmError(f"admin.port: cannot listen on {host}:{port}: {error.strerror}") from error


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
