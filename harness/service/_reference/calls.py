"""What gateway and API do with what they are called with: the same answers as over HTTP, without HTTP."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from itertools import chain
from typing import Protocol, TypeVar

import httpx
from starlette.types import ASGIApp

from harness.errors import WorldError
from harness.service._reference.changes import METHODS, asked_members, asked_path, create_members, request_of_kind
from harness.service._reference.in_process import ForwardingUpstream
from harness.service.environment import Forward
from harness.service.request_ids import request_id
from pipeline.api.answers import problem_answer
from pipeline.api.app import Api
from pipeline.api.bodies import CreateBody, ListQuery, checked
from pipeline.api.service import ShareService
from pipeline.gateway.app import Gateway
from pipeline.gateway.tries import PassedOn
from pipeline.gateway.upload import UploadProgress
from pipeline.gateway.upstream import Upstream
from pipeline.problems import Problem
from pipeline.record import DEFAULT_TENANT
from pipeline.settings import GatewaySettings
from pipeline.store.acceptances import StoredAnswer
from pipeline.store.protocol import ReadStore
from reports.history import Op, OpKind

__all__ = ["CallUpstream", "Calling", "call_api", "call_gateway", "call_store"]

T = TypeVar("T")

_METHODS = {OpKind.CREATE: "POST", OpKind.GET: "GET", OpKind.LIST: "GET", **METHODS}


class _Sent:
    """The body of a request that the gateway has all of at once."""

    progress = UploadProgress.SENT
    repeatable = True


_SENT = _Sent()


class Calling(Protocol):
    """How a world carries calls between the hosts of gateway and API."""

    @property
    def ask(self) -> Forward:
        """How all else is asked."""
        ...

    @property
    def is_whole(self) -> bool:
        """Whether no host is cut off from another."""
        ...

    def to_api(
        self, host: str, port: int, op: Op, *, connect: float, patience: float, at_once: bool
    ) -> Awaitable[StoredAnswer]:
        """What `call_api` gives at the API that listens there. at_once: no task of the gateway's has to wait for it.

        Raises `httpx.ReadTimeout` when `patience` is over, and as httpx does where there is no API.
        """
        ...


class CallUpstream(ForwardingUpstream):
    """What a gateway asks through, and calls through."""

    def __init__(self, calling: Calling, service: httpx.URL, settings: GatewaySettings) -> None:
        super().__init__(calling.ask, service, settings)
        self.calling = calling

    async def call(self, op: Op, *, left: float | None) -> StoredAnswer:
        """As `ask`, of an op. left: of the gateway's time for the request; raises `TimeoutError` when it is over.
        None: whoever calls keeps to it."""
        at_once = left is not None
        patience = self.patience if left is None else min(left, self.patience)
        try:
            return await self.calling.to_api(
                self.host, self.port, op, connect=self.connect, patience=patience, at_once=at_once
            )
        except httpx.ReadTimeout:
            if patience < self.patience:
                raise TimeoutError from None
            raise


def _called(upstreams: Iterator[Upstream]) -> Iterator[CallUpstream]:
    for upstream in upstreams:
        assert isinstance(upstream, CallUpstream)
        yield upstream


async def call_gateway(gateway: ASGIApp, op: Op) -> StoredAnswer:
    """What a gateway does with a request: it has all of it at once, so nothing of it is on its way when it gives up."""
    assert isinstance(gateway, Gateway)
    turns = _called(gateway.upstreams.of_request())
    first = next(turns)
    turns = chain((first,), turns)
    at_once, total = first.calling.is_whole, gateway.tries.settings.total
    ends = gateway.tries.clock() + total

    def passed_on() -> PassedOn:
        return PassedOn(request_id=request_id(op), method=_METHODS[op.kind], target=op.name, body=_SENT)

    def once() -> Awaitable[StoredAnswer]:
        return next(turns).call(op, left=ends - gateway.tries.clock() if at_once else None)

    ask = partial(gateway.tries.ask, passed_on, once)

    async def ask_in_time() -> StoredAnswer:
        async with asyncio.timeout(total):
            return await ask()

    came = await gateway.limits.within(ask if at_once else ask_in_time, lambda: _SENT.progress)
    return problem_answer(came) if isinstance(came, Problem) else came


async def call_api(api: ASGIApp, op: Op) -> StoredAnswer:
    """What the API does with a request."""
    assert isinstance(api, Api)
    try:
        return await _perform(api.service, op)
    except Exception as error:  # noqa: BLE001 - whatever it is, the client is owed an answer
        return api.failures.answer(error)


async def call_store(api: ASGIApp, read: Callable[[ReadStore], Awaitable[T]]) -> T | WorldError:
    """What the API reads of its store; or why whoever reads over HTTP would be told that it cannot."""
    assert isinstance(api, Api)
    try:
        return await read(api.service.reads)
    except Exception as error:  # noqa: BLE001 - as above
        return WorldError(f"the API: answered with status {api.failures.answer(error).status}")


async def _perform(service: ShareService, op: Op) -> StoredAnswer:
    tenant = op.tenant or DEFAULT_TENANT
    match op.kind:
        case OpKind.CREATE:
            return await service.create(checked(CreateBody, create_members(op)), op.key, tenant=tenant)
        case OpKind.GET:
            return await service.show(op.location, op.name)
        case OpKind.LIST:
            return await service.list(ListQuery(location=op.location))
        case _:
            path = {"location": op.location, "name": op.name, **asked_path(op)}
            asked = request_of_kind(op)
            return await service.change(
                asked, path, checked(asked.body, asked_members(op) or {}), op.key, tenant=tenant
            )
