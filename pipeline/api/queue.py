"""The handler of /v1/queue: what is due or under way, and when each record is taken up next."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from connector.clock import Clock
from pipeline.api.bodies import QueueQuery, read_query
from pipeline.api.description import described
from pipeline.api.reply import json_reply
from pipeline.api.schemas import QueueList
from pipeline.api.views import queued_view
from pipeline.api.waits import why_queued
from pipeline.holds import Hold
from pipeline.record import ShareRecord
from pipeline.states import ShareState
from pipeline.store.protocol import ReadStore

__all__ = ["Queue", "queued_views", "under_way"]

_UNDER_WAY = (ShareState.PENDING, ShareState.UPDATING, ShareState.FAILING, ShareState.DELETING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """store: whose. clock: the store's."""

    store: ReadStore
    clock: Clock

    @described(
        "at most `limit` records whose operation is under way, with when each is taken up next, and why it waits: of "
        "each state the oldest, and of these first what is due first; dead letters are in `/v1/dead`",
        answer=QueueList,
        query=QueueQuery,
    )
    async def list(self, request: Request) -> Response:
        """GET /v1/queue"""
        query = read_query(request, QueueQuery)
        found = await under_way(self.store, location=query.location, most=query.limit)
        return json_reply({"queue": queued_views(found, await self.store.holds(), self.clock())})


def queued_views(records: Sequence[ShareRecord], holds: Sequence[Hold], now: float) -> Sequence[dict[str, object]]:
    """What an operator sees of each, with why it waits."""
    return [queued_view(record) | {"waits": why_queued(record, holds, now)} for record in records]


async def under_way(store: ReadStore, *, location: str | None, most: int) -> Sequence[ShareRecord]:
    """Of each state the oldest that are no dead letters, and of these first what is due first."""
    found = [record for state in _UNDER_WAY for record in await _oldest(store, state, location, most)]
    return sorted(found, key=lambda record: (record.due_at, record.row))[:most]


async def _oldest(store: ReadStore, state: ShareState, location: str | None, most: int) -> Sequence[ShareRecord]:
    found: list[ShareRecord] = []
    after = 0
    while page := await store.list(location=location, state=state, after=after, limit=most):
        found += [record for record in page if record.dead is None]
        if len(page) < most or len(found) >= most:
            break
        after = page[-1].row
    return found
