"""The handlers of /v1/webhooks: who is notified, what is owed to each, and what was tried."""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from pipeline.api.bodies import PageQuery, invalid, read_body, read_query
from pipeline.api.description import described
from pipeline.api.reply import json_reply, page_reply
from pipeline.api.service import PortalStore
from pipeline.api.views import rfc3339
from pipeline.api.webhook_models import (
    MadeWebhook,
    NoticeAttemptPage,
    NoticeDeliveryPage,
    ReplayBody,
    ReplayCount,
    RotateBody,
    SentTest,
    WebhookBody,
    WebhookJson,
    WebhookList,
)
from pipeline.notices.endpoints import DISABLED, MAIL, EndpointError, new_endpoint, next_secret
from pipeline.notices.records import EndpointKind, NoticeAttempt, NoticeDelivery, NoticeEndpoint
from pipeline.notices.signing import public_key, scheme_of
from pipeline.problems import Cause, Problem, ProblemError
from pipeline.settings import NotifierSettings

__all__ = ["Webhooks", "endpoint_view"]

_PATH = "/v1/webhooks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """entropy: of secrets. A secret is shown once: in the answer that made it."""

    store: PortalStore
    settings: NotifierSettings
    new_id: Callable[[], str]
    entropy: Callable[[int], bytes]

    @described("the receivers of notices", answer=WebhookList)
    async def list(self, _: Request) -> Response:
        """GET /v1/webhooks"""
        return json_reply({"webhooks": [endpoint_view(row) for row in await self.store.notices.endpoints()]})

    @described(
        "a new receiver: `url` (https, or `mailto:`), `kinds` (all), `tenant` (of whose shares; all), `signature` "
        "(`v1` or `v1a`), `secret` (a new one)",
        status=201,
        answer=MadeWebhook,
        body=WebhookBody,
    )
    async def create(self, request: Request) -> Response:
        """POST /v1/webhooks"""
        body = await read_body(request, WebhookBody)
        try:
            asked = new_endpoint(
                self.settings,
                id=self.new_id(),
                url=body.url,
                kinds=body.kinds,
                tenant=body.tenant,
                signature=body.signature,
                secret=body.secret,
                entropy=self.entropy,
            )
        except EndpointError as error:
            raise _wrong(error) from error
        made = await self.store.notices.add(asked)
        content = to_json(endpoint_view(made) | {"secret": made.secret})
        return Response(content, 201, {"Location": f"{_PATH}/{made.id}"}, media_type="application/json")

    @described("a receiver; `disabled` says why nothing is sent to it", answer=WebhookJson, problems=(Cause.NOT_FOUND,))
    async def show(self, request: Request) -> Response:
        """GET /v1/webhooks/{id}"""
        return json_reply(endpoint_view(_found(await self.store.notices.find(_id(request)))))

    @described("it goes, with all that is owed to it", status=204, problems=(Cause.NOT_FOUND,))
    async def delete(self, request: Request) -> Response:
        """DELETE /v1/webhooks/{id}"""
        if not await self.store.notices.remove(_id(request)):
            raise _missing()
        return Response(status_code=204)

    @described(
        "a new `secret`; the old one signs as well for `overlap` seconds",
        answer=MadeWebhook,
        body=RotateBody,
        problems=(Cause.NOT_FOUND,),
    )
    async def rotate(self, request: Request) -> Response:
        """POST /v1/webhooks/{id}/rotate"""
        body = await read_body(request, RotateBody)
        endpoint = _found(await self.store.notices.find(_id(request)))
        try:
            secret = next_secret(endpoint, signature=body.signature, secret=body.secret, entropy=self.entropy)
        except EndpointError as error:
            raise _wrong(error) from error
        overlap = self.settings.overlap if body.overlap is None else body.overlap
        rotated = _found(await self.store.notices.rotate(endpoint.id, secret, overlap=overlap))
        return json_reply(endpoint_view(rotated) | {"secret": rotated.secret})

    @described("nothing is sent to it until it is enabled", answer=WebhookJson, problems=(Cause.NOT_FOUND,))
    async def disable(self, request: Request) -> Response:
        """POST /v1/webhooks/{id}/disable"""
        return json_reply(endpoint_view(_found(await self.store.notices.disable(_id(request), DISABLED))))

    @described("it is served again, from where it stopped", answer=WebhookJson, problems=(Cause.NOT_FOUND,))
    async def enable(self, request: Request) -> Response:
        """POST /v1/webhooks/{id}/enable"""
        return json_reply(endpoint_view(_found(await self.store.notices.enable(_id(request)))))

    @described(
        "the events from number `first` to `last` once more, under the same ids",
        status=202,
        answer=ReplayCount,
        body=ReplayBody,
        problems=(Cause.NOT_FOUND,),
    )
    async def replay(self, request: Request) -> Response:
        """POST /v1/webhooks/{id}/replay"""
        body = await read_body(request, ReplayBody)
        count = await self.store.notices.replay(_id(request), first=body.first, last=body.last)
        if count is None:
            raise _missing()
        return _accepted({"deliveries": count})

    @described("a message of type `webhook.test`", status=202, answer=SentTest, problems=(Cause.NOT_FOUND,))
    async def test(self, request: Request) -> Response:
        """POST /v1/webhooks/{id}/test"""
        delivery = await self.store.notices.send_test(_id(request), f"msg_test_{self.new_id()}")
        if delivery is None:
            raise _missing()
        return _accepted({"message": delivery.message})

    @described(
        "what is and was owed to it: a page after `after`",
        answer=NoticeDeliveryPage,
        query=PageQuery,
        problems=(Cause.NOT_FOUND,),
    )
    async def deliveries(self, request: Request) -> Response:
        """GET /v1/webhooks/{id}/deliveries"""
        query, endpoint = read_query(request, PageQuery), _found(await self.store.notices.find(_id(request)))
        rows = await self.store.notices.deliveries(endpoint.id, after=query.after, limit=query.limit)
        return page_reply("deliveries", rows, _delivery_view, after=query.after)

    @described(
        "what was sent to it, and how that ended: a page after `after`",
        answer=NoticeAttemptPage,
        query=PageQuery,
        problems=(Cause.NOT_FOUND,),
    )
    async def attempts(self, request: Request) -> Response:
        """GET /v1/webhooks/{id}/attempts"""
        query, endpoint = read_query(request, PageQuery), _found(await self.store.notices.find(_id(request)))
        rows = await self.store.notices.attempts(endpoint.id, after=query.after, limit=query.limit)
        return page_reply("attempts", rows, _attempt_view, after=query.after)


def endpoint_view(endpoint: NoticeEndpoint) -> dict[str, object]:
    """An endpoint without its secret."""
    signed = endpoint.secret is not None
    return {
        "id": endpoint.id,
        "url": endpoint.target if endpoint.kind is EndpointKind.WEBHOOK else MAIL + endpoint.target,
        "kinds": endpoint.kinds.split(",") if endpoint.kinds else [],
        "signature": scheme_of(endpoint.secret) if signed and endpoint.secret else None,
        "public_key": public_key(endpoint.secret) if signed and endpoint.secret else None,
        "created_at": rfc3339(endpoint.created_at),
        "tenant": endpoint.tenant,
        "disabled": endpoint.disabled,
        "cursor": endpoint.cursor,
        "failures": endpoint.failures,
        "due_at": rfc3339(endpoint.due_at),
    }


def _delivery_view(row: NoticeDelivery) -> dict[str, object]:
    return {
        "number": row.number,
        "message": row.message,
        "event": row.event,
        "kind": row.kind,
        "share": row.share if row.event else None,
        "location": row.location,
        "name": row.name,
        "state": row.state,
        "attempt": row.attempt,
        "due_at": row.due_at,
        "ended_at": row.ended_at,
    }


def _attempt_view(row: NoticeAttempt) -> dict[str, object]:
    return {
        "number": row.number,
        "message": row.message,
        "tried": row.tried,
        "began_at": row.began_at,
        "ended_at": row.ended_at,
        "status": row.status,
        "error": row.error,
    }


def _id(request: Request) -> str:
    id: str = request.path_params["id"]
    return id


def _found(endpoint: NoticeEndpoint | None) -> NoticeEndpoint:
    if endpoint is None:
        raise _missing()
    return endpoint


def _missing() -> ProblemError:
    return ProblemError(Problem(cause=Cause.NOT_FOUND, detail="There is no such webhook."))


def _wrong(error: EndpointError) -> ProblemError:
    what, pointer = ("The body", f"#/{error.where}") if error.where else ("The request", "")
    return invalid(what, [{"pointer": pointer, "detail": str(error)}])


def _accepted(content: dict[str, object]) -> Response:
    return Response(to_json(content), 202, media_type="application/json")
