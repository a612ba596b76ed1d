"""The handlers of /v1/dead: what nobody works on any more, and its way back."""

from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from pipeline.api.bodies import DeadQuery, RequeueBody, read_body, read_query
from pipeline.api.description import described
from pipeline.api.reply import json_reply
from pipeline.api.schemas import DeadPage, Requeued
from pipeline.api.views import share_view
from pipeline.record import DeadFilter
from pipeline.store.protocol import OperatorStore, ReadStore

__all__ = ["DeadLetters"]


class _Store(OperatorStore, ReadStore, Protocol):
    """What these handlers need of a store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetters:
    """store: whose."""

    store: _Store

    @described(
        "a page of dead letters after `after`, by `location`, `tenant` and a text in the `reason`",
        answer=DeadPage,
        query=DeadQuery,
    )
    async def list(self, request: Request) -> Response:
        """GET /v1/dead"""
        query = read_query(request, DeadQuery)
        wanted = DeadFilter(location=query.location, tenant=query.tenant, reason=query.reason)
        records = await self.store.dead(wanted, after=query.after, limit=query.limit)
        behind = records[-1].row if records else query.after
        return json_reply({"dead": [share_view(record) for record in records], "next": behind})

    @described(
        "make dead letters due again: those of a `location`, a `tenant`, a `reason`; with `dry_run` only count them",
        answer=Requeued,
        body=RequeueBody,
    )
    async def requeue(self, request: Request) -> Response:
        """POST /v1/dead/requeue"""
        body = await read_body(request, RequeueBody)
        wanted = DeadFilter(location=body.location, tenant=body.tenant, reason=body.reason)
        if body.dry_run:
            return json_reply({"matched": await self.store.count_dead(wanted), "requeued": 0})
        count = await self.store.requeue(wanted)
        return json_reply({"matched": count, "requeued": count})
