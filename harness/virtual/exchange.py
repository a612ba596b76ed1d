"""One request and its answer: what the application is given to read and write, and how either side may end it."""

import asyncio
import logging
from collections.abc import Callable
from urllib.parse import unquote

import httpx
from starlette.types import ASGIApp, Message, Scope

from harness.virtual.hosts import Host

__all__ = ["Exchange"]

_LOG = logging.getLogger(__name__)

RawHeaders = list[tuple[bytes, bytes]]
Answer = tuple[int, RawHeaders, bytes]


class Exchange:
    """client, server: the hosts. task: the application at work on it. delay: seconds each way."""

    def __init__(self, *, client: Host, server: Host, port: int, delay: float) -> None:
        self.client = client
        self.server = server
        self.task: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._port = port
        self._delay = delay
        self._answered: asyncio.Future[None] = self._loop.create_future()
        self._broken = False
        self._gone: asyncio.Future[None] | None = None
        self._hung_up = False
        self._body: bytes | None = None
        self._status = 500
        self._headers: RawHeaders = []
        self._chunks: list[bytes] = []

    def begin(self, app: ASGIApp, request: httpx.Request, body: bytes, *, over: Callable[["Exchange"], None]) -> None:
        """Let the application work on it. over: called at its end."""
        self._body = body
        scope = _scope(request, self.client, self.server, self._port)
        self.task = self._loop.create_task(self._run(app, scope), name="a request", context=self.server.context())
        self.task.add_done_callback(lambda _: over(self))

    async def answer(self, request: httpx.Request) -> Answer:
        """The whole answer. Raises `httpx.ReadTimeout`, or `httpx.ReadError` where the server died."""
        try:
            async with asyncio.timeout(request.extensions.get("timeout", {}).get("read")):
                await self._answered
                if self._delay > 0:
                    await asyncio.sleep(self._delay)
        except TimeoutError as error:
            raise httpx.ReadTimeout("no answer in time", request=request) from error
        if self._broken:
            raise httpx.ReadError("connection reset by peer", request=request)
        return self._status, self._headers, b"".join(self._chunks)

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

    async def _run(self, app: ASGIApp, scope: Scope) -> None:
        try:
            await app(scope, self._receive, self._send)
        except Exception:  # noqa: BLE001 - a server outlives what its application raises
            _LOG.exception("the application failed")
        finally:
            if not self._answered.done():
                self._broken = True
                self._settle()

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


def _scope(request: httpx.Request, client: Host, server: Host, port: int) -> Scope:
    """As uvicorn spells it."""
    target: bytes = request.extensions.get("target", request.url.raw_path)
    path, _, query = target.partition(b"?")
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
        "headers": [(key.lower(), value) for key, value in request.headers.raw],
        "server": (server.name, port),
        "client": (client.name, 0),
        "state": {},
    }
