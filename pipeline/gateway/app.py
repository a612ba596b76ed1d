"""The gateway as an application."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from uuid import uuid4

import httpx
from starlette.routing import Router

from connector.clock import Clock
from pipeline.gateway.access_log import AccessLog
from pipeline.gateway.limits import GatewayLimits
from pipeline.gateway.proxy import Proxy
from pipeline.gateway.tries import Tries
from pipeline.gateway.upstream import HttpUpstream, OpenUpstream, Upstream
from pipeline.settings import GatewaySettings

__all__ = ["Gateway", "create_gateway"]


class Gateway(Router):
    """The application: it passes everything on. upstream: what asks the service, closed with the gateway."""

    def __init__(
        self,
        service: httpx.URL,
        upstream: Upstream,
        limits: GatewayLimits,
        tries: Tries,
        new_id: Callable[[], str],
    ) -> None:
        # No route, and none of an application's layers: whatever is asked is passed on.
        proxy = Proxy(service, upstream, limits, tries, new_id)
        super().__init__(default=proxy, lifespan=self._lifespan, redirect_slashes=False)
        self.upstream = upstream
        self.limits = limits
        self.tries = tries

    @asynccontextmanager
    async def _lifespan(self, _: object) -> AsyncIterator[None]:
        async with aclosing(self.upstream):
            yield


def create_gateway(
    upstream_url: str,
    settings: GatewaySettings,
    *,
    clock: Clock,
    new_id: Callable[[], str] = lambda: str(uuid4()),
    open_upstream: OpenUpstream | None = None,
    log: AccessLog | None = None,
) -> Gateway:
    """A reverse proxy in front of the service at `upstream_url`. new_id: for requests that bring no X-Request-Id.

    open_upstream: makes what asks the service, closed with the gateway; None: over the network. clock, log: where the
    tries of requests that were not answered at once are written down, with their instants.
    """
    service = httpx.URL(upstream_url)
    upstream = (open_upstream or HttpUpstream)(service, settings)
    tries = Tries(settings=settings, clock=clock, log=log, server=service.netloc.decode("ascii"))
    return Gateway(service, upstream, GatewayLimits(settings), tries, new_id)
