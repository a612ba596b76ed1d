"""The handlers of /v1/shares: each reads a request and hands it on."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from pipeline.api.bodies import CreateBody, ListQuery, read_body, read_query
from pipeline.api.caller import AccessLevel, caller_of
from pipeline.api.description import described
from pipeline.api.keys import read_key
from pipeline.api.preference import read_wait
from pipeline.api.reply import reply_of
from pipeline.api.resource import Handler
from pipeline.api.schemas import PARTS, ShareJson, SharePage
from pipeline.api.service import ShareService
from pipeline.api.tenants import read_tenant
from pipeline.api.waiting import Waiting, applied
from pipeline.kinds.kind import Kind
from pipeline.kinds.request import NoBody
from pipeline.problems import Cause
from pipeline.record import PartKind
from pipeline.states import Operation

__all__ = ["Shares"]

_ACCEPTED = 202
OF_CLUSTERS = (Cause.CLUSTER_REFUSED, Cause.CLUSTER_UNAVAILABLE, Cause.CLUSTER_SILENT)
"""Said by the blocking design alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """service: what is done with each. waiting: for those that prefer to wait."""

    service: ShareService
    waiting: Waiting

    @described(
        "create: `location`, `name`, `size` in bytes, `priority` 0 to 9 (of a tenant's own shares the highest is made "
        "first; 0 unless given). 202 with `Location` (blocking design, and waited for: 201)",
        status=202,
        access=AccessLevel.TENANT,
        answer=ShareJson,
        also={201: ShareJson},
        body=CreateBody,
        keyed=True,
        problems=(
            Cause.UNKNOWN_LOCATION,
            Cause.SHARE_PENDING,
            Cause.SHARE_EXISTS,
            Cause.CLUSTER_DRAINED,
            Cause.QUOTA_EXCEEDED,
            *OF_CLUSTERS,
        ),
    )
    async def create(self, request: Request) -> Response:
        """POST /v1/shares"""
        seconds = read_wait(request, self.waiting.longest)
        body = await read_body(request, CreateBody)
        begun = await self.waiting.begin() if seconds is not None else 0
        answer = await self.service.create(
            body, read_key(request), tenant=read_tenant(request), sees=caller_of(request).sees
        )
        if seconds is None or answer.status != _ACCEPTED:
            return reply_of(answer)
        return reply_of(await self.waiting.created(answer, begun, seconds))

    @described(
        "a page of shares: `location`, `state`, `since`, `tenant`, `limit`, and `cursor`, the `next` of a page",
        access=AccessLevel.TENANT,
        answer=SharePage,
        query=ListQuery,
    )
    async def list(self, request: Request) -> Response:
        """GET /v1/shares"""
        return reply_of(await self.service.list(read_query(request, ListQuery), sees=caller_of(request).sees))

    @described(
        "the share, with the reason where it is on its way out or its last resize did not come about",
        access=AccessLevel.TENANT,
        answer=ShareJson,
        problems=(Cause.NOT_FOUND,),
    )
    async def show(self, request: Request) -> Response:
        """GET /v1/shares/{location}/{name}"""
        seconds, sees = read_wait(request, self.waiting.longest), caller_of(request).sees
        if seconds is None:
            return reply_of(await self.service.show(*_target(request), sees=sees))
        await self.waiting.until_settled(await self.service.find(*_target(request), sees=sees), seconds)
        return reply_of(applied(await self.service.show(*_target(request), sees=sees), seconds))

    def listing(self, kind: PartKind) -> Handler:
        """Answers with the parts of a share."""

        @described(
            f"the {kind.value.replace('-', ' ')}s, each with its state",
            access=AccessLevel.TENANT,
            answer=PARTS[kind],
            problems=(Cause.NOT_FOUND,),
        )
        async def list_parts(request: Request) -> Response:
            return reply_of(await self.service.parts(*_target(request), kind, sees=caller_of(request).sees))

        return list_parts

    def changing(self, kind: Kind) -> Handler:
        """Answers the requests of one kind of task."""
        asked = kind.request
        assert asked is not None, f"{kind.operation} is asked for otherwise"

        @described(
            f"{kind.operation}: {kind.does}; 202 (blocking design: {kind.finished})",
            status=202,
            access=AccessLevel.TENANT,
            answer=ShareJson,
            also={kind.finished: ShareJson},
            body=None if asked.body is NoBody else asked.body,
            keyed=True,
            problems=(Cause.NOT_FOUND, Cause.SHARE_NOT_ACTIVE, Cause.CLUSTER_DRAINED, *_quota(kind), *OF_CLUSTERS),
        )
        async def change(request: Request) -> Response:
            body = NoBody() if asked.body is NoBody else await read_body(request, asked.body)
            key, tenant, sees = read_key(request), read_tenant(request), caller_of(request).sees
            path = request.path_params
            return reply_of(await self.service.change(asked, path, body, key, tenant=tenant, sees=sees))

        return change


def _quota(kind: Kind) -> tuple[Cause, ...]:
    """A resize alone may want more than the tenant may have."""
    return (Cause.QUOTA_EXCEEDED,) if kind.operation is Operation.RESIZE else ()


def _target(request: Request) -> tuple[str, str]:
    return request.path_params["location"], request.path_params["name"]
