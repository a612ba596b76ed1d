"""How one try of an op reaches the service: over HTTP, unless a world calls the service without it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

import httpx

from harness.http_client import HttpClient, OpenHttpClient
from harness.service.answer import Answer, out_of_time, read_failure
from harness.service.request_ids import RequestIds, request_id
from harness.service.service import ServiceApi
from reports.history import Op

__all__ = ["HttpServiceClient", "OpenServiceClient", "ServiceClient", "open_over_http"]


class ServiceClient(Protocol):
    """Asks the gateway of a service. The `tries` of an op that it is given is the number of this try."""

    async def send(self, op: Op, *, within: float) -> Answer:
        """The answer to one try of an op, given up after so many seconds. Never raises for what a server or a network
        can do."""
        ...


class OpenServiceClient(Protocol):
    """Opens a client of the gateway at a URL, while the context lasts. connect: seconds that a connection may take."""

    def __call__(self, url: str, *, connect: float) -> AbstractAsyncContextManager[ServiceClient]: ...


class HttpServiceClient:
    """Over HTTP. numbered: each try bears an X-Request-Id of its own."""

    def __init__(self, http: HttpClient, api: ServiceApi, *, numbered: bool = False) -> None:
        self._http = http
        self._api = api
        self._numbered = numbered

    async def send(self, op: Op, *, within: float) -> Answer:
        """See `ServiceClient.send`."""
        try:
            async with asyncio.timeout(within):
                http = RequestIds(self._http, request_id(op)) if self._numbered else self._http
                return await self._api.ask(op, http)
        except TimeoutError:
            return out_of_time(within)
        except httpx.RequestError as error:
            return read_failure(error)


def open_over_http(open_http: OpenHttpClient, api: ServiceApi, *, numbered: bool = False) -> OpenServiceClient:
    """How clients reach a gateway over HTTP. numbered: see `HttpServiceClient`."""

    @asynccontextmanager
    async def opened(url: str, *, connect: float) -> AsyncIterator[ServiceClient]:
        async with open_http(url, connect=connect) as http:
            yield HttpServiceClient(http, api, numbered=numbered)

    return opened
