"""The gateway as an application."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
from starlette.routing import Router
from starlette.types import ASGIApp

from pipeline.gateway.proxy import Proxy
from pipeline.settings import GatewaySettings

__all__ = ["OpenTransport", "create_gateway", "http_transport"]

_IDLE = 1.0
"""Seconds for which an idle connection to the service is kept: well below what services keep, since a request on a
connection that is just being closed would be lost, and it is not asked twice."""

OpenTransport = Callable[[httpx.URL, GatewaySettings], httpx.AsyncBaseTransport]
"""Makes what asks the service at a URL; opened and closed with the gateway."""


def http_transport(service: httpx.URL, settings: GatewaySettings) -> httpx.AsyncHTTPTransport:
    """HTTP over the network."""
    limits = httpx.Limits(
        max_connections=None, max_keepalive_connections=settings.max_connections, keepalive_expiry=_IDLE
    )
    # Loading the certificates of the world takes a tenth of a second; plain HTTP needs none.
    return httpx.AsyncHTTPTransport(verify=service.scheme == "https", limits=limits, retries=0, trust_env=False)


def create_gateway(
    upstream_url: str,
    settings: GatewaySettings,
    *,
    new_id: Callable[[], str] = lambda: str(uuid4()),
    open_transport: OpenTransport = http_transport,
) -> ASGIApp:
    """A reverse proxy in front of the service at `upstream_url`. new_id: for requests that bring no X-Request-Id.

    open_transport: makes what asks the service.
    """
    service = httpx.URL(upstream_url)
    transport = open_transport(service, settings)

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        async with transport:
            yield

    # No route, and none of an application's layers: whatever is asked is passed on.
    return Router(default=Proxy(service, transport, settings, new_id), lifespan=lifespan, redirect_slashes=False)
