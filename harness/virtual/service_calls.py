"""The requests of clients as calls of what gateway and API do with them: the same answers, and no HTTP in between."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
from starlette.types import ASGIApp

from harness.errors import WorldError
from harness.http_client import HttpResponse
from harness.service.answer import Answer, out_of_time, read_failure
from harness.service.client import OpenServiceClient, ServiceClient
from harness.service.reference import (
    CallStore,
    CallUpstream,
    GatewaySettings,
    ReadStore,
    ReferenceApi,
    StoredAnswer,
    call_api,
    call_gateway,
    call_store,
)
from harness.virtual.direct_http import HTTP_PORT, DirectHttp
from harness.virtual.exchange import Exchange, Work
from harness.virtual.partitions import Partitions
from reports.history import Op

__all__ = ["ServiceCalls"]

T = TypeVar("T")


class ServiceCalls(DirectHttp):
    """An `HttpTransport` beside which clients call. What the harness asks of the API is HTTP, but for long lists.

    answers_at_once: the API waits for no cluster, so that it needs no task for a request.
    """

    def __init__(self, partitions: Partitions, *, latency: float, answers_at_once: bool) -> None:
        super().__init__(partitions, latency=latency)
        self._answers_at_once = answers_at_once

    def upstream(self, service: httpx.URL, settings: GatewaySettings) -> CallUpstream:
        """What a gateway asks through, and calls through."""
        return CallUpstream(self, service, settings)

    def clients(self, api: ReferenceApi) -> OpenServiceClient:
        """How clients reach a gateway. api: how answers are read."""

        @asynccontextmanager
        async def opened(url: str, *, connect: float) -> AsyncIterator[ServiceClient]:
            yield _Client(self, api, url, connect)

        return opened

    def store(self, url: str, *, patience: float) -> CallStore:
        """How the store behind an API is read. patience: seconds for the connection, and for each read."""
        host, port = _place(url)

        async def call(read: Callable[[ReadStore], Awaitable[T]]) -> T:
            def work(app: ASGIApp, exchange: Exchange[T | WorldError]) -> Work[T | WorldError]:
                return call_store(app, read)

            came = await self.call(host, port, work, connect=patience, patience=patience)
            if isinstance(came, WorldError):
                raise came
            return came

        return call

    @property
    def is_whole(self) -> bool:
        """See `Calling`."""
        return self.partitions.none

    def to_api(
        self, host: str, port: int, op: Op, *, connect: float, patience: float, at_once: bool
    ) -> Awaitable[StoredAnswer]:
        """See `Calling`."""
        work, at_once = _work(call_api, op), at_once and self._answers_at_once
        return self.call(host, port, work, connect=connect, patience=patience, at_once=at_once)


class _Client:
    def __init__(self, http: DirectHttp, api: ReferenceApi, url: str, connect: float) -> None:
        self._http = http
        self._api = api
        self._host, self._port = _place(url)
        self._connect = connect

    async def send(self, op: Op, *, within: float) -> Answer:
        """See `ServiceClient.send`."""
        try:
            if self._http.partitions.none:
                reply = await self._call(op, within, at_once=True)
            else:  # who waits for one to heal waits for more than the answer
                async with asyncio.timeout(within):
                    reply = await self._call(op, None, at_once=False)
        except (TimeoutError, httpx.ReadTimeout):
            return out_of_time(within)
        except httpx.RequestError as error:
            return read_failure(error)
        return self._api.read(HttpResponse(status=reply.status, headers=_decoded(reply.headers), body=reply.body))

    def _call(self, op: Op, patience: float | None, *, at_once: bool) -> Awaitable[StoredAnswer]:
        work = _work(call_gateway, op)
        return self._http.call(self._host, self._port, work, connect=self._connect, patience=patience, at_once=at_once)


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or HTTP_PORT


_Call = Callable[[ASGIApp, Op], Work[StoredAnswer]]


def _work(call: _Call, op: Op) -> Callable[[ASGIApp, Exchange[StoredAnswer]], Work[StoredAnswer]]:
    """What the application at the other end does."""
    return lambda app, exchange: call(app, op)


@lru_cache(maxsize=64)
def _decoded(headers: tuple[tuple[bytes, bytes], ...]) -> Mapping[str, str]:
    """Most answers have the same as others."""
    return MappingProxyType({name.decode("latin-1"): value.decode("latin-1") for name, value in headers})
