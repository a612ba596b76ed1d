"""Passes one request on and its answer back, within its time."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from pipeline.gateway.headers import answer_headers, header, request_headers
from pipeline.gateway.limits import GatewayLimits
from pipeline.gateway.tries import PassedOn, Tries
from pipeline.gateway.turns import Turns
from pipeline.gateway.upload import Upload
from pipeline.gateway.upstream import Passed, Returned
from pipeline.problems import Cause, Problem, problem_response

if TYPE_CHECKING:
    from pipeline.tracing import Tracing  # brings opentelemetry along

__all__ = ["Proxy"]

_LOG = logging.getLogger(__name__)
_LONGEST_ID = 128
_GATEWAY = "gateway"
"""The route of its spans: whatever is asked is passed on."""
_END: Message = {"type": "http.response.body", "body": b""}
_KEPT = 64 * 1024
"""Bytes of a body that is kept to be sent again: more than any create has."""


class Proxy:
    """An ASGI application that asks one service.

    It asks once, unless its settings say otherwise: a create that is passed on twice can be carried out twice. It gives
    up on its timeouts as real gateways do, by closing its connection: the service is not told and goes on. A client who
    leaves after its request was passed on changes nothing either.
    """

    def __init__(
        self,
        service: httpx.URL,
        upstreams: Turns,
        limits: GatewayLimits,
        tries: Tries,
        new_id: Callable[[], str],
        *,
        tracing: "Tracing | None" = None,
    ) -> None:
        self._tracing = tracing
        self._netloc = service.netloc
        self._base = service.raw_path.rstrip(b"/")
        self._upstreams = upstreams
        self._limits = limits
        self._tries = tries
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        if self._tracing is None:
            await self._answer(scope, receive, send)
            return
        with self._tracing.request(scope, _GATEWAY) as span:
            told = _telling(send, partial(self._tracing.answered, span))
            await self._answer(self._tracing.passed_on(scope), receive, told)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = _request_id(scope) or self._new_id()
        problem = await self._pass_on(scope, receive, send, request_id)
        if problem is not None:
            response = problem_response(problem)
            response.headers["X-Request-Id"] = request_id
            await response(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> Problem | None:
        """None: the client has its answer, or is gone."""
        if not _target(scope).startswith(b"/"):
            return Problem(cause=Cause.INVALID_REQUEST, detail="The target of the request is not a path.")
        upload = Upload(receive, has_body=_has_body(scope), kept=0 if self._tries.once else _KEPT)
        answer: Returned | None = None
        turn = self._upstreams.of_request()

        def passed_on() -> PassedOn:
            target = _target(scope).decode("latin-1")
            return PassedOn(request_id=request_id, method=scope["method"], target=target, body=upload)

        async def ask() -> None:
            nonlocal answer
            async with asyncio.timeout(self._tries.settings.total):
                answer = await self._tries.ask(
                    passed_on, lambda: next(turn).ask(self._request(scope, upload, request_id))
                )
                await _relay(answer, send, request_id)

        try:
            problem = await self._limits.within(ask, lambda: upload.progress)
        except ClientDisconnect:  # in the middle of its body: the service never had the whole request
            return None
        finally:
            if answer is not None:
                await answer.body.aclose()
        if answer is None or problem is None:
            return problem
        if problem.cause is Cause.GATEWAY_TIMEOUT and _is_event_stream(answer):
            await send(_END)  # it has no end of its own: its client comes back with the id of the newest event
            return None
        # The status is out. An answer that ends early is the only way left to say so, as it is for real gateways.
        _LOG.warning("request %s: the answer broke off: %s", request_id, problem.detail)
        return None

    def _request(self, scope: Scope, upload: Upload, request_id: str) -> Passed:
        return Passed(
            method=scope["method"],
            target=self._base + _target(scope),
            headers=request_headers(scope, self._netloc, request_id),
            body=upload,
        )


def _telling(send: Send, answered: Callable[[int], None]) -> Send:
    """answered: is told of the status that goes out."""

    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered(message["status"])
        await send(message)

    return tell


async def _relay(answer: Returned, send: Send, request_id: str) -> None:
    headers = answer_headers(answer.headers, request_id)
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    async for chunk in answer.body:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send(_END)


def _is_event_stream(answer: Returned) -> bool:
    kinds = [value for key, value in answer.headers if key.lower() == b"content-type"]
    return bool(kinds) and kinds[0].startswith(b"text/event-stream")


def _target(scope: Scope) -> bytes:
    path: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    query: bytes = scope["query_string"]
    return path + b"?" + query if query else path


def _has_body(scope: Scope) -> bool:
    length = header(scope["headers"], b"content-length")
    return length not in {None, b"0"} or header(scope["headers"], b"transfer-encoding") is not None


def _request_id(scope: Scope) -> str | None:
    """The client's own id, where it is one that can stand in a log."""
    given = header(scope["headers"], b"x-request-id")
    text = (given or b"").decode("latin-1")
    return text if 0 < len(text) <= _LONGEST_ID and text.isascii() and text.isprintable() else None
