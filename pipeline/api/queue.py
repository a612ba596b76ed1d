"""The handler of /v1/queue: what is due or under way, and when each record is taken up next."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from pipeline.api.bodies import QueueQuery, read_query
from pipeline.api.description import described
from pipeline.api.reply import json_reply
from pipeline.api.schemas import QueueList
from pipeline.api.views import queued_view
from pipeline.record import ShareRecord
from pipeline.states import ShareState
from pipeline.store.protocol import ReadStore

__all__ = ["Queue"]

_UNDER_WAY = (ShareState.PENDING, ShareState.UPDATING, ShareState.FAILING, ShareState.DELETING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """store: whose."""

    store: ReadStore

    @described(
        "at most `limit` records whose operation is under way, with when each is taken up next: of each state the "
        "oldest, and of these first what is due first; dead letters are in `/v1/dead`",
        answer=QueueList,
        query=QueueQuery,
    )
    async def list(self, request: Request) -> Response:
        """GET /v1/queue"""
        query = read_query(request, QueueQuery)
        found = [record for state in _UNDER_WAY for record in await self._oldest(state, query)]
        found.sort(key=lambda record: (record.due_at, record.row))
        return json_reply({"queue": [queued_view(record) for record in found[: query.limit]]})

    async def _oldest(self, state: ShareState, query: QueueQuery) -> Sequence[ShareRecord]:
        """The oldest of a state that are no dead letters."""
        found: list[ShareRecord] = []
        after = 0
        while page := await self.store.list(location=query.location, state=state, after=after, limit=query.limit):
            found += [record for record in page if record.dead is None]
            if len(page) < query.limit or len(found) >= query.limit:
                break
            after = page[-1].row
        return found
