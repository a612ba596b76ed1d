"""An answer whose bytes are ready, as starlette's response."""

from pydantic_core import to_json
from starlette.responses import Response

from pipeline.store.protocol import StoredAnswer

__all__ = ["JSON", "json_reply", "metrics_reply", "reply_of"]

JSON = (b"content-type", b"application/json")


def reply_of(answer: StoredAnswer) -> Response:
    """An answer on the wire."""
    response = Response(answer.body, answer.status)
    response.raw_headers[:0] = answer.headers  # as they are: starlette would have them as text, and make bytes of it
    return response


def json_reply(content: object) -> Response:
    """A JSON answer of status 200."""
    return Response(to_json(content), media_type="application/json")


def metrics_reply(text: bytes) -> Response:
    """Metrics in Prometheus' text format."""
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")
