"""One request and its answer: what the application is given to read and write, and how either side may end it."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

import httpx
from starlette.types import ASGIApp, Message, Scope

from connector.values import fast_frozen
from harness.virtual.hosts import Host
from harness.virtual.loop import running_loop

__all__ = ["Exchange", "InMemoryRequest", "InMemoryResponse", "RawHeaders"]

_LOG = logging.getLogger(__name__)

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


class Exchange:
    """client, server: the hosts. task: the application at work on it. delay: seconds that the answer is under way."""

    def __init__(self, *, client: Host, server: Host, delay: float) -> None:
        self.client = client
        self.server = server
        self.task: asyncio.Task[None] | None = None
        self._loop = running_loop()
        self._delay = delay
        self._answered: asyncio.Future[None] = self._loop.create_future()
        self._broken = False
        self._late = False
        self._gone: asyncio.Future[None] | None = None
        self._hung_up = False
        self._body: bytes | None = None
        self._status = 500
        self._headers: RawHeaders = []
        self._chunks: list[bytes] = []

    def begin(self, app: ASGIApp, request: InMemoryRequest, port: int, *, over: Callable[["Exchange"], None]) -> None:
        """Let the application work on it. over: called at its end.

        Its task is in no group: a killed host's tasks never end, and a group would wait for them. What the application
        raises is told by `_run`, and `DirectHttp` waits for it where the host ends in peace.
        """
        self._body = request.body
        scope = _scope(request, self.client, self.server, port)
        context = self.server.context()
        self.task = self._loop.create_task(self._run(app, scope, over), name="a request", context=context)

    async def answer(self, patience: float | None) -> InMemoryResponse:
        """The whole answer. Raises `httpx.ReadTimeout` after `patience` seconds, `httpx.ReadError` for a reset."""
        # A timer costs a third of `asyncio.timeout`, and every request of a run waits here.
        timer = None if patience is None else self._loop.deadline_in(patience, self._give_up)
        try:
            await self._answered
            if self._delay > 0:
                await asyncio.sleep(self._delay)
        finally:
            if timer is not None:
                timer.cancel()
        if self._late:
            raise httpx.ReadTimeout("no answer in time")
        if self._broken:
            raise httpx.ReadError("connection reset by peer")
        return InMemoryResponse(status=self._status, headers=self._headers, body=b"".join(self._chunks))

    def hang_up(self) -> None:
        """The client closes the connection; an application that looks is told."""
        self._hung_up = True
        if self._gone is not None and not self._gone.done():
            self._gone.set_result(None)

    def reset(self) -> None:
        """One of the two hosts has died."""
        self._broken = True
        self._settle()
        self.hang_up()

    def _give_up(self) -> None:
        self._late = not self._answered.done()
        self._settle()

    async def _run(self, app: ASGIApp, scope: Scope, over: Callable[["Exchange"], None]) -> None:
        try:
            await app(scope, self._receive, self._send)
        except Exception:  # noqa: BLE001 - a server outlives what its application raises
            _LOG.exception("the application failed")
        finally:
            if not self._answered.done():
                self._broken = True
                self._settle()
            over(self)

    async def _receive(self) -> Message:
        body, self._body = self._body, None
        if body is not None:
            return {"type": "http.request", "body": body, "more_body": False}
        if not self._hung_up and not self._answered.done():
            self._gone = self._loop.create_future()
            await self._gone
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = list(message.get("headers", ()))
        else:
            self._chunks.append(message.get("body", b""))
            if not message.get("more_body", False):
                self._settle()

    def _settle(self) -> None:
        if not self._answered.done():
            self._answered.set_result(None)


def _scope(request: InMemoryRequest, client: Host, server: Host, port: int) -> Scope:
    """As uvicorn spells it."""
    path, _, query = request.target.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(path.decode("ascii")),
        "raw_path": path,
        "root_path": "",
        "query_string": query,
        "headers": request.headers,
        "server": (server.name, port),
        "client": (client.name, 0),
        "state": {},
    }
