"""One HTTP request as an application reads it and answers it, without bytes on a wire."""

from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Scope

from harness.http_client import InMemoryRequest, InMemoryResponse, RawHeaders
from harness.virtual.exchange import Exchange
from harness.virtual.hosts import Host

__all__ = ["run_asgi"]


async def run_asgi(app: ASGIApp, exchange: Exchange[InMemoryResponse], *, request: InMemoryRequest, port: int) -> None:
    """Let the application answer the request of an exchange. port: at which it listens."""
    scope = _scope(request, exchange.client, exchange.server, port)
    ends = _Ends(request.body, exchange)
    await app(scope, ends.receive, ends.send)


class _Ends:
    """What the application is given to read and write."""

    def __init__(self, body: bytes, exchange: Exchange[InMemoryResponse]) -> None:
        self._body: bytes | None = body
        self._exchange = exchange
        self._status = 500
        self._headers: RawHeaders = []
        self._chunks: list[bytes] = []

    async def receive(self) -> Message:
        body, self._body = self._body, None
        if body is not None:
            return {"type": "http.request", "body": body, "more_body": False}
        await self._exchange.gone()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = list(message.get("headers", ()))
        else:
            self._chunks.append(message.get("body", b""))
            if not message.get("more_body", False):
                body = b"".join(self._chunks)
                self._exchange.settle(InMemoryResponse(status=self._status, headers=self._headers, body=body))


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
