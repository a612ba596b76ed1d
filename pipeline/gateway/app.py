"""The gateway as an application."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
from starlette.applications import Starlette

from pipeline.gateway.proxy import Proxy
from pipeline.settings import GatewaySettings

__all__ = ["create_gateway"]

_IDLE = 1.0
"""Seconds for which an idle connection to the service is kept: well below what services keep, since a request on a
connection that is just being closed would be lost, and it is not asked twice."""


def create_gateway(
    upstream_url: str, settings: GatewaySettings, *, new_id: Callable[[], str] = lambda: str(uuid4())
) -> Starlette:
    """A reverse proxy in front of the service at `upstream_url`. new_id: for requests that bring no X-Request-Id."""
    limits = httpx.Limits(
        max_connections=None, max_keepalive_connections=settings.max_connections, keepalive_expiry=_IDLE
    )
    service = httpx.URL(upstream_url)
    # Loading the certificates of the world takes a tenth of a second; plain HTTP needs none.
    transport = httpx.AsyncHTTPTransport(verify=service.scheme == "https", limits=limits, retries=0, trust_env=False)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with transport:
            yield

    proxy = Proxy(service, transport, settings, new_id)
    gateway = Starlette(lifespan=lifespan)
    gateway.router.default = proxy  # no route: whatever is asked is passed on
    return gateway
