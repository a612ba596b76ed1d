"""What is answered with status 200, and an answer whose bytes are ready, as starlette's responses."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from pydantic_core import to_json
from starlette.responses import Response

from pipeline.store.acceptances import StoredAnswer

__all__ = ["JSON", "json_reply", "metrics_reply", "page_reply", "reply_of"]

JSON = (b"content-type", b"application/json")


class _Row(Protocol):
    @property
    def number(self) -> int: ...


RowT = TypeVar("RowT", bound=_Row)


def reply_of(answer: StoredAnswer) -> Response:
    """An answer on the wire."""
    response = Response(answer.body, answer.status)
    response.raw_headers[:0] = answer.headers  # as they are: starlette would have them as text, and make bytes of it
    return response


def json_reply(content: object) -> Response:
    """A JSON answer of status 200."""
    return Response(to_json(content), media_type="application/json")


def page_reply(name: str, rows: Sequence[RowT], view: Callable[[RowT], object], *, after: int) -> Response:
    """A page of rows, under their name. `next` is where the following page goes on, also when this one is empty."""
    return json_reply({name: [view(row) for row in rows], "next": rows[-1].number if rows else after})


def metrics_reply(text: bytes) -> Response:
    """Metrics in Prometheus' text format."""
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")
