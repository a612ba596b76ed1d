"""The admin API on a port of its own."""

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from connector.errors import ListenError
from connector.http_server import http_server
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
    waits = Waits()
    server = http_server(admin_app(farm, waits, token=token, host=host), host, port, grace=1)
    async with AsyncExitStack() as stack:
        try:
            url = await stack.enter_async_context(server)
        except ListenError as error:
            raise FarmError(f"admin.port: {error}") from error
        stack.callback(waits.end)
        yield Admin(url=url, token=token)
