"""Server-sent events: changes of state as they are committed, resumed by their numbers."""

from collections.abc import AsyncIterator

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from pipeline.api.bodies import header, invalid
from pipeline.api.caller import AccessLevel, caller_of
from pipeline.api.description import described
from pipeline.api.event_tail import EventTail
from pipeline.api.service import PortalStore, ShareService
from pipeline.api.views import event_view, share_view
from pipeline.errors import StoreError
from pipeline.problems import Cause, Problem, ProblemError
from pipeline.record import EventRow, ShareRecord

__all__ = ["EventStreams", "wants_stream"]

_STREAM = "text/event-stream"
_PAGE = 500
_QUIET = 2.0
"""Seconds without an event, after which a comment says that the stream lives: less than gateways wait for bytes."""
_QUIET_FRAME = b": quiet\n\n"
_LONGEST_NUMBER = 18


def wants_stream(request: Request) -> bool:
    """Whether a stream is asked for in place of a page. A HEAD has no body, so it gets the page's headers."""
    return request.method == "GET" and any(_STREAM in given for given in header(request, "accept"))


class EventStreams:
    """Every stream of this process. most: at once; retry_after: for those beyond. A client that reads slowly holds up
    nobody else: what it has not read waits in the store."""

    def __init__(
        self, *, store: PortalStore, service: ShareService, tail: EventTail, most: int, retry_after: str
    ) -> None:
        self._store = store
        self._service = service
        self._tail = tail
        self._most = most
        self._retry_after = retry_after
        self._open = 0

    async def of_all(self, request: Request) -> Response:
        """From behind `Last-Event-ID`, or from now on."""
        after = _last_event_id(request)
        behind = await self._tail.newest() if after is None else after
        return self._response(self._frames(behind))

    @described(
        "a stream of server-sent events: the share as it is, then its moves, to its end",
        access=AccessLevel.TENANT,
        media=_STREAM,
        problems=(Cause.NOT_FOUND, Cause.STREAMS_FULL),
    )
    async def of_share(self, request: Request) -> Response:
        """GET /v1/shares/{location}/{name}/events"""
        location, name = request.path_params["location"], request.path_params["name"]
        after = _last_event_id(request)
        behind = await self._tail.newest() if after is None else after
        record = await self._service.find(location, name, sees=caller_of(request).sees)
        if request.method == "HEAD":
            return Response(media_type=_STREAM)
        first = b"" if after is not None else _frame("share", behind, to_json(share_view(record)))
        return self._response(self._moves_of(record, behind), first)

    def _response(self, events: AsyncIterator[bytes], first: bytes = b"") -> Response:
        if self._open >= self._most:
            headers = {"Retry-After": self._retry_after}
            detail = f"{self._most} event streams are open, as many as there may be."
            raise ProblemError(Problem(cause=Cause.STREAMS_FULL, detail=detail, headers=headers))
        return StreamingResponse(
            self._counted(events, first), media_type=_STREAM, headers={"Cache-Control": "no-store"}
        )

    async def _counted(self, events: AsyncIterator[bytes], first: bytes) -> AsyncIterator[bytes]:
        self._open += 1
        try:
            yield first or b": open\n\n"
            async for frame in events:
                yield frame
        except StoreError:  # the client comes back with the last number that it has
            return
        finally:
            self._open -= 1

    async def _frames(self, behind: int) -> AsyncIterator[bytes]:
        async for event in self._events(behind):
            yield _QUIET_FRAME if event is None else _change(event)

    async def _moves_of(self, record: ShareRecord, behind: int) -> AsyncIterator[bytes]:
        """To the end of the record, and no further: a later share of the same name may be another tenant's."""
        async for event in self._events(behind):
            if event is None:
                yield _QUIET_FRAME
            elif event.share == record.id:
                yield _change(event)
                if event.after is None:
                    return

    async def _events(self, behind: int) -> AsyncIterator[EventRow | None]:
        """All events behind this one; None: there was none for a while."""
        while True:
            if not await self._tail.wait_behind(behind, _QUIET):
                yield None
                continue
            for event in await self._store.events(after=behind, limit=_PAGE):
                behind = event.number
                yield event


def _change(event: EventRow) -> bytes:
    return _frame("change", event.number, to_json(event_view(event)))


def _frame(kind: str, number: int, content: bytes) -> bytes:
    return b"event: %s\nid: %d\ndata: %s\n\n" % (kind.encode(), number, content)


def _last_event_id(request: Request) -> int | None:
    """Raises `ProblemError` for what is no number of an event."""
    given = header(request, "last-event-id")
    if not given:
        return None
    if not (given[0].isascii() and given[0].isdigit() and len(given[0]) <= _LONGEST_NUMBER):
        raise invalid("The request", [{"pointer": "Last-Event-ID", "detail": "the number of an event"}])
    return int(given[0])
