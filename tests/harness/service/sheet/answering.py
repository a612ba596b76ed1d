"""An `HttpClient` that answers from a list or a function, and keeps what it was asked."""

import json
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

from harness.http_client import HttpRequest, HttpResponse
from reports.history import Op, OpKind, Purpose

__all__ = ["Answering", "an_op", "finished", "response"]

Result = TypeVar("Result")


class Answering:
    """Gives each request the next answer, or what a function says."""

    def __init__(self, answers: Iterable[HttpResponse] | Callable[[HttpRequest], HttpResponse]) -> None:
        rest = iter(()) if callable(answers) else iter(answers)
        self._answer = answers if callable(answers) else lambda request: next(rest)
        self.asked: list[HttpRequest] = []

    async def send(self, request: HttpRequest) -> HttpResponse:
        self.asked.append(request)
        return self._answer(request)

    @property
    def lines(self) -> list[str]:
        """Method and target of each request."""
        return [f"{request.method} {request.target}" for request in self.asked]


def response(status: int, body: object = None, **headers: str) -> HttpResponse:
    """A response with a JSON body, or with bytes as they are. A header's `_` is a `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return HttpResponse(status=status, headers={"content-type": "application/json"} | named, body=content)


def an_op(kind: OpKind, *, number: int = 1, name: str = "a", key: str | None = "k", size: int | None = None) -> Op:
    """An op on a share in `north`."""
    return Op(
        number=number,
        client="client-1",
        kind=kind,
        purpose=Purpose.LOAD,
        location="north",
        name=name,
        key=key,
        size=size,
        intended_at=0.0,
        invoked_at=0.0,
    )


def finished(asking: Coroutine[Any, Any, Result]) -> Result:
    """What a coroutine gives that never has to wait; thousands of examples need no event loop."""
    try:
        asking.send(None)
    except StopIteration as end:
        given: Result = end.value
        return given
    raise AssertionError("it waits for something")
