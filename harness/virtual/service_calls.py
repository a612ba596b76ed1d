"""The requests of clients as calls of what gateway and API do with them: the same answers, and no HTTP in between."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import assert_never
from urllib.parse import urlsplit

import httpx
from starlette.types import ASGIApp

from harness.http_client import HttpResponse
from harness.service.answer import Answer, out_of_time, read_failure
from harness.service.client import OpenServiceClient, ServiceClient
from harness.service.reference import ForwardingUpstream, ReferenceApi
from harness.virtual.direct_http import HTTP_PORT, DirectHttp
from harness.virtual.exchange import Exchange, Work
from harness.virtual.partitions import Partitions
from pipeline.api.answers import problem_answer
from pipeline.api.app import Api as ApiApp
from pipeline.api.bodies import CreateBody, ListQuery, ResizeBody, checked
from pipeline.api.service import ShareService
from pipeline.gateway.app import Gateway
from pipeline.gateway.upload import UploadProgress
from pipeline.gateway.upstream import Upstream
from pipeline.problems import Problem
from pipeline.settings import GatewaySettings
from pipeline.store.protocol import StoredAnswer
from reports.history import Op, OpKind

__all__ = ["ServiceCalls"]


class ServiceCalls(DirectHttp):
    """An `HttpTransport` beside which clients call. What the harness itself asks of the API is still HTTP.

    answers_at_once: the API waits for no cluster, so that it needs no task for a request.
    """

    def __init__(self, partitions: Partitions, *, latency: float, answers_at_once: bool) -> None:
        super().__init__(partitions, latency=latency)
        self._answers_at_once = answers_at_once

    def upstream(self, service: httpx.URL, settings: GatewaySettings) -> Upstream:
        """What a gateway asks through, and calls through."""
        return _Upstream(self, service, settings, answers_at_once=self._answers_at_once)

    def clients(self, api: ReferenceApi) -> OpenServiceClient:
        """How clients reach a gateway. api: how answers are read."""

        @asynccontextmanager
        async def opened(url: str, *, connect: float) -> AsyncIterator[ServiceClient]:
            yield _Client(self, api, url, connect)

        return opened


class _Client:
    def __init__(self, http: DirectHttp, api: ReferenceApi, url: str, connect: float) -> None:
        parts = urlsplit(url)
        self._http = http
        self._api = api
        self._host, self._port = parts.hostname or "", parts.port or HTTP_PORT
        self._connect = connect

    async def send(self, op: Op, *, within: float) -> Answer:
        """See `ServiceClient.send`."""

        def work(app: ASGIApp, exchange: Exchange[StoredAnswer]) -> Work:
            return _pass_on(app, exchange, op)

        try:
            if self._http.partitions.none:
                reply = await self._call(work, within, at_once=True)
            else:  # who waits for one to heal waits for more than the answer
                async with asyncio.timeout(within):
                    reply = await self._call(work, None, at_once=False)
        except (TimeoutError, httpx.ReadTimeout):
            return out_of_time(within)
        except httpx.RequestError as error:
            return read_failure(error)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reply.headers}
        return self._api.read(HttpResponse(status=reply.status, headers=headers, body=reply.body))

    async def _call(
        self, work: Callable[[ASGIApp, Exchange[StoredAnswer]], Work], patience: float | None, *, at_once: bool
    ) -> StoredAnswer:
        return await self._http.call(
            self._host, self._port, work, connect=self._connect, patience=patience, at_once=at_once
        )


class _Upstream(ForwardingUpstream):
    def __init__(
        self, http: DirectHttp, service: httpx.URL, settings: GatewaySettings, *, answers_at_once: bool
    ) -> None:
        super().__init__(http.ask, service, settings)
        self.http = http
        self._answers_at_once = answers_at_once
        self._total = settings.total

    async def call(self, op: Op, *, timed: bool) -> StoredAnswer:
        """As `ask`, of an op. timed: within the gateway's total time as well; raises `TimeoutError` when it is over."""

        def work(app: ASGIApp, exchange: Exchange[StoredAnswer]) -> Work:
            return _serve(app, exchange, op)

        at_once = timed and self._answers_at_once
        ends_first = timed and self._total < self.patience
        patience = self._total if ends_first else self.patience
        try:
            return await self.http.call(
                self.host, self.port, work, connect=self.connect, patience=patience, at_once=at_once
            )
        except httpx.ReadTimeout:
            if ends_first:
                raise TimeoutError from None
            raise


async def _pass_on(gateway: ASGIApp, exchange: Exchange[StoredAnswer], op: Op) -> None:
    """What a gateway does with a request: it has all of it at once, so nothing of it is on its way when it gives up."""
    assert isinstance(gateway, Gateway)
    upstream = gateway.upstream
    assert isinstance(upstream, _Upstream)
    at_once = upstream.http.partitions.none
    came = await gateway.limits.within(
        lambda: upstream.call(op, timed=at_once), lambda: UploadProgress.SENT, timed=not at_once
    )
    exchange.settle(problem_answer(came) if isinstance(came, Problem) else came)


async def _serve(api: ASGIApp, exchange: Exchange[StoredAnswer], op: Op) -> None:
    """What the API does with it."""
    assert isinstance(api, ApiApp)
    try:
        reply = await _perform(api.service, op)
    except Exception as error:  # noqa: BLE001 - whatever it is, the client is owed an answer
        reply = api.failures.answer(error)
    exchange.settle(reply)


async def _perform(service: ShareService, op: Op) -> StoredAnswer:
    match op.kind:
        case OpKind.CREATE:
            members = {"location": op.location, "name": op.name, "size": op.size}
            return await service.create(checked(CreateBody, members), op.key)
        case OpKind.GET:
            return await service.show(op.location, op.name)
        case OpKind.LIST:
            return await service.list(ListQuery(location=op.location))
        case OpKind.RESIZE:
            return await service.resize(op.location, op.name, checked(ResizeBody, {"size": op.size}), op.key)
        case OpKind.DELETE:
            return await service.delete(op.location, op.name, op.key)
        case _:
            assert_never(op.kind)
