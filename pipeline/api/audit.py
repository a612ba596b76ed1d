"""What changed, was tried and was found: read by notices, by the harness, and by whoever asks what happened."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from pipeline.api.bodies import PageQuery, read_query
from pipeline.api.description import described
from pipeline.api.event_stream import EventStreams, wants_stream
from pipeline.api.reply import page_reply
from pipeline.api.schemas import AttemptPage, EventPage, FindingPage
from pipeline.api.views import attempt_view, event_view, finding_view
from pipeline.store.protocol import ReadStore

__all__ = ["AuditRoutes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRoutes:
    """Pages of rows that never change their number."""

    store: ReadStore
    streams: EventStreams

    @described(
        "the records' moves: a page after `after`, or a stream (`Accept: text/event-stream`)",
        answer=EventPage,
        query=PageQuery,
    )
    async def events(self, request: Request) -> Response:
        """GET /v1/events"""
        if wants_stream(request):
            return await self.streams.of_all(request)
        query = read_query(request, PageQuery)
        rows = await self.store.events(after=query.after, limit=query.limit)
        return page_reply("events", rows, event_view, after=query.after)

    @described("the commands that were sent to clusters, a page after `after`", answer=AttemptPage, query=PageQuery)
    async def attempts(self, request: Request) -> Response:
        """GET /v1/attempts"""
        query = read_query(request, PageQuery)
        rows = await self.store.attempts(after=query.after, limit=query.limit)
        return page_reply("attempts", rows, attempt_view, after=query.after)

    @described(
        "what sweeps found and may not mend: a page after `after`",
        answer=FindingPage,
        query=PageQuery,
    )
    async def findings(self, request: Request) -> Response:
        """GET /v1/findings"""
        query = read_query(request, PageQuery)
        rows = await self.store.findings(after=query.after, limit=query.limit)
        return page_reply("findings", rows, finding_view, after=query.after)
