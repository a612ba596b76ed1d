"""The gateway as an application."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from uuid import uuid4

import httpx
from starlette.routing import Router

from pipeline.gateway.limits import GatewayLimits
from pipeline.gateway.proxy import Proxy
from pipeline.gateway.upstream import HttpUpstream, OpenUpstream, Upstream
from pipeline.settings import GatewaySettings

__all__ = ["Gateway", "create_gateway"]


class Gateway(Router):
    """The application: it passes everything on. upstream: what asks the service, closed with the gateway."""

    def __init__(
        self, service: httpx.URL, upstream: Upstream, limits: GatewayLimits, new_id: Callable[[], str]
    ) -> None:
        # No route, and none of an application's layers: whatever is asked is passed on.
        proxy = Proxy(service, upstream, limits, new_id)
        super().__init__(default=proxy, lifespan=self._lifespan, redirect_slashes=False)
        self.upstream = upstream
        self.limits = limits

    @asynccontextmanager
    async def _lifespan(self, _: object) -> AsyncIterator[None]:
        async with aclosing(self.upstream):
            yield


def create_gateway(
    upstream_url: str,
    settings: GatewaySettings,
    *,
    new_id: Callable[[], str] = lambda: str(uuid4()),
    open_upstream: OpenUpstream = HttpUpstream,
) -> Gateway:
    """A reverse proxy in front of the service at `upstream_url`. new_id: for requests that bring no X-Request-Id.

    open_upstream: makes what asks the service; closed with the gateway.
    """
    service = httpx.URL(upstream_url)
    return Gateway(service, open_upstream(service, settings), GatewayLimits(settings), new_id)
