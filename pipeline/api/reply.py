"""An answer whose bytes are ready, as starlette's response."""

from pydantic_core import to_json
from starlette.responses import Response

from pipeline.store.protocol import StoredAnswer

__all__ = ["JSON", "json_reply", "metrics_reply", "reply_of"]

JSON = (b"content-type", b"application/json")


def reply_of(answer: StoredAnswer) -> Response:
    """An answer on the wire."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in answer.headers}
    return Response(answer.body, answer.status, headers)


def json_reply(content: object) -> Response:
    """A JSON answer of status 200."""
    return Response(to_json(content), media_type="application/json")


def metrics_reply(text: bytes) -> Response:
    """Metrics in Prometheus' text format."""
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")
