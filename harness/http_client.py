"""HTTP requests of the harness, and what sends them: httpx over a network, or an in-memory transport."""

import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import httpx

from connector.values import fast_frozen

__all__ = [
    "LARGEST_ANSWER",
    "AnswerTooLarge",
    "HttpClient",
    "HttpRequest",
    "HttpResponse",
    "HttpxClient",
    "InMemoryRequest",
    "InMemoryResponse",
    "OpenHttpClient",
    "RawHeaders",
    "open_httpx",
]


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request. target: path and query, quoted. headers: names in lower case; the length goes without saying."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """A complete response. headers: names in lower case. first_byte: when its first byte came, by the clock of a client
    that has one; else None."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    first_byte: float | None = None


RawHeaders = list[tuple[bytes, bytes]]


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class InMemoryRequest:
    """A request as it comes off a wire. target: path and query; headers: names in lower case."""

    method: str
    target: bytes
    headers: RawHeaders
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class InMemoryResponse:
    status: int
    headers: RawHeaders
    body: bytes


class HttpClient(Protocol):
    """Sends requests to one server. Raises `httpx.RequestError` where no complete response comes."""

    async def send(self, request: HttpRequest) -> HttpResponse: ...


class OpenHttpClient(Protocol):
    """Opens a client of one URL, while the context lasts.

    connect: seconds that a connection may take; patience: seconds without a byte of a response, None: any.
    """

    def __call__(
        self, url: str, *, connect: float, patience: float | None = None
    ) -> AbstractAsyncContextManager[HttpClient]: ...


_IDLE = 16
"""Connections that are kept for the next request, at most."""

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes. A page of ten thousand shares is a tenth of it."""


class AnswerTooLarge(httpx.DecodingError):
    """An answer that is longer than any that can be meant; what comes after is not read."""


class HttpxClient:
    """An `HttpClient` over httpx."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def send(self, request: HttpRequest) -> HttpResponse:
        headers, content = request.headers, request.body or None
        sent = self._http.build_request(request.method, request.target, headers=headers, content=content)
        response = await self._http.send(sent, stream=True)
        try:
            body = await _bounded(response)
        finally:
            await response.aclose()
        return HttpResponse(status=response.status_code, headers=response.headers, body=body)


async def _bounded(response: httpx.Response) -> bytes:
    """The body. Raises `AnswerTooLarge` for one that does not end."""
    chunks: list[bytes] = []
    room = LARGEST_ANSWER
    async for chunk in response.aiter_bytes():
        chunks.append(chunk)
        room -= len(chunk)
        if room < 0:
            raise AnswerTooLarge(f"an answer of more than {LARGEST_ANSWER} bytes", request=response.request)
    return b"".join(chunks)


@asynccontextmanager
async def open_httpx(
    url: str,
    *,
    connect: float,
    patience: float | None = None,
    certificates: Callable[[], ssl.SSLContext] | None = None,
) -> AsyncIterator[HttpClient]:
    """An httpx client of this URL. certificates: how those of an `https:` URL are checked; None: as the system does.

    Connections are not limited: an open-loop load that waited for a free one would hide the very stalls it looks for.
    Idle ones are given up before a server gives them up: a request into a closing connection has an unclear end. Few
    are kept: httpcore asks each idle one at every request whether it still stands, so that many, which a stall leaves
    behind, would make requests dearer just when there is no time.
    """
    async with httpx.AsyncClient(
        base_url=url,
        # Loading the certificates of the world takes a tenth of a second; plain HTTP needs none.
        verify=url.startswith("https:") and (certificates is None or certificates()),
        timeout=httpx.Timeout(patience, connect=connect),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=_IDLE, keepalive_expiry=2.0),
        trust_env=False,
        headers={"User-Agent": "spoolproof-load"},
    ) as http:
        yield HttpxClient(http)
