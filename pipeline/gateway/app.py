"""The gateway as an application."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from uuid import uuid4

import httpx
from starlette.routing import Router
from starlette.types import ASGIApp

from pipeline.gateway.proxy import Proxy
from pipeline.gateway.upstream import HttpUpstream, OpenUpstream
from pipeline.settings import GatewaySettings

__all__ = ["create_gateway"]


def create_gateway(
    upstream_url: str,
    settings: GatewaySettings,
    *,
    new_id: Callable[[], str] = lambda: str(uuid4()),
    open_upstream: OpenUpstream = HttpUpstream,
) -> ASGIApp:
    """A reverse proxy in front of the service at `upstream_url`. new_id: for requests that bring no X-Request-Id.

    open_upstream: makes what asks the service; closed with the gateway.
    """
    service = httpx.URL(upstream_url)
    upstream = open_upstream(service, settings)

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        async with aclosing(upstream):
            yield

    # No route, and none of an application's layers: whatever is asked is passed on.
    return Router(default=Proxy(service, upstream, settings, new_id), lifespan=lifespan, redirect_slashes=False)
