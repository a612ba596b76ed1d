"""The handlers of /v1/holds: pause and drain clusters, and end that."""

from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from pipeline.api.bodies import HoldBody, read_body
from pipeline.api.description import described
from pipeline.api.reply import json_reply
from pipeline.api.schemas import HoldJson, HoldList
from pipeline.api.service import unknown_location
from pipeline.api.views import hold_view
from pipeline.problems import Cause, Problem, ProblemError
from pipeline.store.protocol import OperatorStore, ReadStore

__all__ = ["Holds"]


class _Store(OperatorStore, ReadStore, Protocol):
    """What these handlers need of a store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """locations: those that are served, None for any."""

    store: _Store
    locations: frozenset[str] | None

    @described("the clusters that are paused or drained", answer=HoldList)
    async def list(self, _: Request) -> Response:
        """GET /v1/holds"""
        return json_reply({"holds": [hold_view(hold) for hold in await self.store.holds()]})

    @described(
        "hold a cluster up: `kind` (`pause`, `drain`), `reason`, `who`, `seconds` (null: until it is lifted)",
        answer=HoldJson,
        body=HoldBody,
        problems=(Cause.UNKNOWN_LOCATION,),
    )
    async def put(self, request: Request) -> Response:
        """PUT /v1/holds/{location}"""
        location = request.path_params["location"]
        if self.locations is not None and location not in self.locations:
            raise ProblemError(unknown_location(location, self.locations))
        body = await read_body(request, HoldBody)
        hold = await self.store.hold(location, body.kind, reason=body.reason, who=body.who, seconds=body.seconds)
        return json_reply(hold_view(hold))

    @described("lift what holds a cluster up; 204", status=204, problems=(Cause.NOT_FOUND,))
    async def lift(self, request: Request) -> Response:
        """DELETE /v1/holds/{location}"""
        if await self.store.lift(request.path_params["location"]) is None:
            raise ProblemError(Problem(cause=Cause.NOT_FOUND, detail="Nothing is held up there."))
        return Response(status_code=204)
