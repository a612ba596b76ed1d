"""Who asks the service behind the gateway: over the network, unless a world puts its own way in place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import httpx

from connector.values import fast_frozen
from pipeline.gateway.headers import RawHeaders
from pipeline.settings import GatewaySettings

__all__ = ["HttpUpstream", "OpenUpstream", "Passed", "Returned", "Upstream"]

_IDLE = 1.0
"""Seconds for which an idle connection to the service is kept: well below what services keep, since a request on a
connection that is just being closed would be lost, and it is not asked twice."""


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A request on its way to the service. target: as the client spelled it."""

    method: str
    target: bytes
    headers: RawHeaders
    body: httpx.AsyncByteStream


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """An answer on its way back, as far as its head. body: to be closed by whoever was given this."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: httpx.AsyncByteStream


class Upstream(Protocol):
    """Asks one service."""

    async def ask(self, request: Passed) -> Returned:
        """Once, within the settings' `connect` and `read`. Raises `httpx.TransportError`, and what the body raises."""
        ...

    async def aclose(self) -> None:
        """Nothing is asked any more."""
        ...


OpenUpstream = Callable[[httpx.URL, GatewaySettings], Upstream]
"""Makes what asks the service at a URL."""


class HttpUpstream:
    """HTTP over the network."""

    def __init__(self, service: httpx.URL, settings: GatewaySettings) -> None:
        limits = httpx.Limits(
            max_connections=None, max_keepalive_connections=settings.max_connections, keepalive_expiry=_IDLE
        )
        self._service = service
        self._timeouts = {"connect": settings.connect, "read": settings.read, "write": settings.read, "pool": None}
        # Loading the certificates of the world takes a tenth of a second; plain HTTP needs none.
        self._transport = httpx.AsyncHTTPTransport(
            verify=service.scheme == "https", limits=limits, retries=0, trust_env=False
        )

    async def ask(self, request: Passed) -> Returned:
        """See `Upstream.ask`."""
        answer = await self._transport.handle_async_request(
            httpx.Request(
                request.method,
                self._service,
                headers=request.headers,
                stream=request.body,
                # Taking a path apart and writing it again is how meanings change.
                extensions={"timeout": self._timeouts, "target": request.target},
            )
        )
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        return Returned(status=answer.status_code, headers=answer.headers.raw, body=answer.stream)

    async def aclose(self) -> None:
        await self._transport.aclose()
