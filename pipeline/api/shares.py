"""The handlers of /v1/shares: each reads, or hands on what is asked; none knows by which design it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.types import ASGIApp

from connector.clock import Clock
from pipeline.api.answers import Answers
from pipeline.api.bodies import CreateBody, ListQuery, ResizeBody, is_name, read_body, read_query
from pipeline.api.keys import read_key
from pipeline.api.reply import json_reply
from pipeline.api.views import share_view
from pipeline.problems import Cause, Problem, ProblemError
from pipeline.record import Change, Idempotency, NewShare
from pipeline.states import Operation
from pipeline.store.protocol import ApiStore, ReadStore

__all__ = ["PortalStore", "Shares"]


class PortalStore(ApiStore, ReadStore, Protocol):
    """What the API needs of a store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """The shares of one portal. locations None: any is accepted. key_lifetime: seconds."""

    accepts: ApiStore
    reads: ReadStore
    answers: Answers
    clock: Clock
    new_id: Callable[[], str]
    locations: frozenset[str] | None
    tenant: str
    key_lifetime: float

    async def create(self, request: Request) -> ASGIApp:
        """POST /v1/shares"""
        body = await read_body(request, CreateBody)
        if self.locations is not None and body.location not in self.locations:
            raise ProblemError(_unknown_location(body.location, self.locations))
        share = NewShare(id=self.new_id(), location=body.location, name=body.name, size=body.size)
        key = self._key(request, body.model_dump_json)
        return self.answers.reply(await self.accepts.create(share, key, self.answers.render))

    async def list(self, request: Request) -> ASGIApp:
        """GET /v1/shares"""
        query = read_query(request, ListQuery)
        records = await self.reads.list(
            location=query.location, state=query.state, after=query.cursor, limit=query.limit
        )
        behind = str(records[-1].row) if len(records) == query.limit else None
        return json_reply({"shares": [share_view(record) for record in records], "next": behind})

    async def show(self, request: Request) -> ASGIApp:
        """GET /v1/shares/{location}/{name}"""
        record = await self.reads.get(*_target(request))
        if record is None:
            raise _not_found()
        return self.answers.share(record)

    async def resize(self, request: Request) -> ASGIApp:
        """PATCH /v1/shares/{location}/{name}"""
        body = await read_body(request, ResizeBody)
        change = Change(operation=Operation.RESIZE, size=body.size)
        return await self._change(request, change, body.model_dump_json)

    async def delete(self, request: Request) -> ASGIApp:
        """DELETE /v1/shares/{location}/{name}"""
        return await self._change(request, Change(operation=Operation.DELETE), str)

    async def _change(self, request: Request, change: Change, body: Callable[[], str]) -> ASGIApp:
        location, name = _target(request)
        key = self._key(request, body)
        return self.answers.reply(await self.accepts.change(location, name, change, key, self.answers.render))

    def _key(self, request: Request, body: Callable[[], str]) -> Idempotency | None:
        return read_key(request, self.tenant, body, self.clock() + self.key_lifetime)


def _target(request: Request) -> tuple[str, str]:
    location, name = request.path_params["location"], request.path_params["name"]
    if not (is_name(location) and is_name(name)):  # no share can be called so
        raise _not_found()
    return location, name


def _not_found() -> ProblemError:
    return ProblemError(Problem(cause=Cause.NOT_FOUND, detail="There is no such share."))


def _unknown_location(location: str, locations: frozenset[str]) -> Problem:
    accepted = sorted(locations)
    return Problem(
        cause=Cause.UNKNOWN_LOCATION,
        detail=f"No cluster serves {location!r}; accepted: {', '.join(accepted)}.",
        members={"accepted": accepted},
    )
