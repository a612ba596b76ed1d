"""An answer whose bytes are ready: starlette's own Response encodes and looks up more than an accept can afford."""

from collections.abc import Iterable

from pydantic_core import to_json
from starlette.types import Receive, Scope, Send

from pipeline.store.protocol import Answer

__all__ = ["Reply", "json_reply", "reply_of"]

RawHeaders = list[tuple[bytes, bytes]]


class Reply:
    """An ASGI application that gives one answer."""

    __slots__ = ("_body", "_headers", "_status")

    def __init__(self, status: int, headers: RawHeaders, body: bytes) -> None:
        self._status = status
        self._headers = [*headers, (b"content-length", b"%d" % len(body))]
        self._body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self._status, "headers": self._headers})
        await send({"type": "http.response.body", "body": self._body})


def reply_of(answer: Answer, *, more: Iterable[tuple[str, str]] = ()) -> Reply:
    """The answer of a store on the wire."""
    return Reply(answer.status, _raw((*answer.headers, *more)), answer.body.encode())


def json_reply(content: object, *, headers: Iterable[tuple[str, str]] = ()) -> Reply:
    """A JSON answer of status 200."""
    return Reply(200, [(b"content-type", b"application/json"), *_raw(headers)], to_json(content))


def _raw(headers: Iterable[tuple[str, str]]) -> RawHeaders:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
