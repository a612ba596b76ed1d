"""An answer whose bytes are ready: starlette's own Response encodes and looks up more than an accept can afford."""

from pydantic_core import to_json
from starlette.types import Receive, Scope, Send

from pipeline.store.protocol import StoredAnswer

__all__ = ["JSON", "RawHeaders", "Reply", "json_reply", "reply_of"]

RawHeaders = tuple[tuple[bytes, bytes], ...]
"""As ASGI wants them: names in lower case."""

JSON = (b"content-type", b"application/json")


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


def reply_of(answer: StoredAnswer) -> Reply:
    """An answer on the wire."""
    return Reply(answer.status, answer.headers, answer.body)


def json_reply(content: object) -> Reply:
    """A JSON answer of status 200."""
    return Reply(200, (JSON,), to_json(content))
