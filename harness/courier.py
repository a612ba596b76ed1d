"""How the harness asks over HTTP: a request in plain words, and whoever carries it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import httpx

__all__ = ["Ask", "Courier", "HttpCourier", "OpenCourier", "Reply", "over_http"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request. target: path and query, quoted. headers: names in lower case; the length goes without saying."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole answer. headers: names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Courier(Protocol):
    """Asks one server. Raises `httpx.RequestError` where there is no whole answer."""

    async def carry(self, ask: Ask) -> Reply: ...


class OpenCourier(Protocol):
    """Makes the courier to a URL, while the context lasts.

    connect: seconds that a connection may take; patience: seconds without a byte of an answer, None: any.
    """

    def __call__(
        self, url: str, *, connect: float, patience: float | None = None
    ) -> AbstractAsyncContextManager[Courier]: ...


class HttpCourier:
    """Over an httpx client."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def carry(self, ask: Ask) -> Reply:
        request = self._http.build_request(ask.method, ask.target, headers=ask.headers, content=ask.body or None)
        response = await self._http.send(request)
        return Reply(status=response.status_code, headers=response.headers, body=response.content)


@asynccontextmanager
async def over_http(url: str, *, connect: float, patience: float | None = None) -> AsyncIterator[Courier]:
    """Over the network.

    Connections are not limited: an open-loop load that waited for a free one would hide the very stalls it looks for.
    Idle ones are given up before a server gives them up: a request into a closing connection has an unclear end.
    """
    async with httpx.AsyncClient(
        base_url=url,
        # Loading the certificates of the world takes a tenth of a second; plain HTTP needs none.
        verify=url.startswith("https:"),
        timeout=httpx.Timeout(patience, connect=connect),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=64, keepalive_expiry=2.0),
        trust_env=False,
        headers={"User-Agent": "spoolproof-load"},
    ) as http:
        yield HttpCourier(http)
