"""One path with its methods: HEAD and OPTIONS come with it, and `Allow` is complete."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from connector.clock import Clock
from connector.http_input import HttpInputError, decoded
from pipeline.api.bodies import invalid
from pipeline.api.caller import AccessLevel
from pipeline.api.description import description_of
from pipeline.api.failures import Failures
from pipeline.api.reply import reply_of
from pipeline.auth.access_control import AccessControl
from pipeline.problems import Cause, Problem, problem_response

if TYPE_CHECKING:
    from pipeline.tracing import Tracing  # brings opentelemetry along

__all__ = ["Handler", "Observe", "Resource"]

Handler = Callable[[Request], Awaitable[Response]]


class Observe(Protocol):
    """Is told of each request that was answered."""

    def __call__(self, method: str, route: str, status: int, seconds: float) -> None: ...


class Resource:
    """An ASGI application for one path; two routes on one path would each know only half of `Allow`.

    failures: what is answered where a handler raises. Nothing is sent before it has returned, so this is the one place.
    access_control None: whoever asks is let in. observe, tracing None: nobody is told.
    """

    def __init__(
        self,
        route: str,
        handlers: Mapping[str, Handler],
        failures: Failures,
        *,
        clock: Clock,
        access_control: AccessControl | None = None,
        observe: Observe | None = None,
        tracing: "Tracing | None" = None,
    ) -> None:
        self._route = route
        self._handlers = dict(handlers)
        self._failures = failures
        self._clock = clock
        self._access_control = access_control
        self._observe = observe
        self._tracing = tracing
        known = {*handlers, "OPTIONS"} | ({"HEAD"} if "GET" in handlers else set())
        self.allow = ", ".join(sorted(known))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began_at = self._clock()
        asked = method = scope["method"]
        if method == "HEAD":
            method, send = "GET", _without_body(send)
        request = Request(scope, receive, send)
        response = await (self._answer(method, request) if self._tracing is None else self._traced(method, request))
        if self._observe is not None:
            self._observe(asked, self._route, response.status_code, max(0.0, self._clock() - began_at))
        await response(scope, receive, send)

    async def _traced(self, method: str, request: Request) -> Response:
        assert self._tracing is not None, "it is asked for"
        with self._tracing.request(request.scope, self._route) as span:
            response = await self._answer(method, request)
            self._tracing.answered(span, response.status_code)
        return response

    async def _answer(self, method: str, request: Request) -> Response:
        try:
            return await self._handle(method, request)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is owed an answer
            return reply_of(self._failures.answer(error))

    async def _handle(self, method: str, request: Request) -> Response:
        _check_path(request.scope)
        handler = self._handlers.get(method)
        if handler is not None and self._access_control is None:
            return await handler(request)
        if handler is not None and self._access_control is not None:
            description = description_of(handler)
            access = AccessLevel.OPERATOR if description is None else description.access
            async with self._access_control.admitted(request, access):
                return await handler(request)
        if method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": self.allow})
        detail = f"{method} is not allowed here; allowed: {self.allow}"
        return problem_response(Problem(cause=Cause.METHOD_NOT_ALLOWED, detail=detail, headers={"Allow": self.allow}))


def _without_body(send: Send) -> Send:
    """The headers of a GET, its Content-Length too, and nothing behind them."""

    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head


def _check_path(scope: Scope) -> None:
    """Raise for a path that is no text: for such bytes the server has put U+FFFD, which a share could be called."""
    path: bytes = scope.get("raw_path", b"")
    if b"%" in path:
        try:
            decoded(path)
        except HttpInputError as error:
            raise invalid("The path", [{"pointer": "", "detail": error.detail}]) from error
