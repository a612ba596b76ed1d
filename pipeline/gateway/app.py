"""The gateway as an application."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
from starlette.routing import Router

from connector.clock import Clock
from pipeline.gateway.access_log import AccessLog
from pipeline.gateway.limits import GatewayLimits
from pipeline.gateway.proxy import Proxy
from pipeline.gateway.tries import Tries
from pipeline.gateway.turns import Turns
from pipeline.gateway.upstream import HttpUpstream, OpenUpstream
from pipeline.settings import GatewaySettings

if TYPE_CHECKING:
    from pipeline.tracing import Tracing  # brings opentelemetry along

__all__ = ["Gateway", "create_gateway"]


class Gateway(Router):
    """The application: it passes everything on. upstreams: what asks the service, closed with the gateway."""

    def __init__(
        self,
        service: httpx.URL,
        upstreams: Turns,
        limits: GatewayLimits,
        tries: Tries,
        new_id: Callable[[], str],
        *,
        tracing: "Tracing | None" = None,
    ) -> None:
        # No route, and none of an application's layers: whatever is asked is passed on.
        proxy = Proxy(service, upstreams, limits, tries, new_id, tracing=tracing)
        super().__init__(default=proxy, lifespan=self._lifespan, redirect_slashes=False)
        self.upstreams = upstreams
        self.limits = limits
        self.tries = tries

    @asynccontextmanager
    async def _lifespan(self, _: object) -> AsyncIterator[None]:
        async with aclosing(self.upstreams):
            yield


def create_gateway(
    upstream_urls: Sequence[str],
    settings: GatewaySettings,
    *,
    clock: Clock,
    new_id: Callable[[], str] = lambda: str(uuid4()),
    open_upstream: OpenUpstream | None = None,
    log: AccessLog | None = None,
    tracing: "Tracing | None" = None,
) -> Gateway:
    """A reverse proxy in front of the service at `upstream_urls`. new_id: for requests that bring no X-Request-Id.

    open_upstream: makes what asks the service, closed with the gateway; None: over the network. clock, log: where the
    tries of requests that were not answered at once are written down, with their instants. tracing: None: nothing is
    traced, and the client's trace is passed on.
    """
    services = [httpx.URL(url) for url in upstream_urls]
    upstreams = Turns([(open_upstream or HttpUpstream)(service, settings) for service in services])
    servers = ", ".join(service.netloc.decode("ascii") for service in services)
    tries = Tries(settings=settings, clock=clock, log=log, server=servers)
    return Gateway(services[0], upstreams, GatewayLimits(settings), tries, new_id, tracing=tracing)
