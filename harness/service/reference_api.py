"""The HTTP API of the reference pipeline: the request of each kind of op, and what a response says.

ok: 2xx. fail: a 4xx that carries a problem, or a request that was never sent. info: everything else; a 5xx, a silence
and a broken connection say nothing of what happened behind them.

The shipped service sheet `reference` says the same, and is held to this by its tests. A sheet takes seven times as long
for a try (90 µs to 12), more than a tenth of the CPU time of a run in the virtual world, so this stays.
"""

import json
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, ValidationError

from harness.http_client import HttpClient, HttpRequest, HttpResponse
from harness.service._reference.changes import asked_members, asked_path, create_members, request_of_kind
from harness.service.access import ACCESS_CHANGES
from harness.service.answer import Answer
from harness.service.gateway_site import GATEWAY_CODES, gateway_site
from reports.history import Op, OpKind, OpResult

__all__ = ["ReferenceApi"]

_JSON = ("content-type", "application/json")


class ReferenceApi:
    """A `ServiceApi` with one request per try; it offers all there is."""

    access_changes = ACCESS_CHANGES

    async def ask(self, op: Op, http: HttpClient) -> Answer:
        """See `ServiceApi.ask`."""
        return _read(await http.send(_request_of(op)))

    def request_of(self, op: Op) -> HttpRequest:
        """The request for one try of an op; every try of an op is the same request."""
        return _request_of(op)

    def looks_at_access(self, location: str, name: str) -> Mapping[str, HttpRequest]:
        """See `ShowsAccess`."""
        share = _share_path(location, name)
        return {
            "access rules": HttpRequest(method="GET", target=f"{share}/access-rules"),
            "snapshots": HttpRequest(method="GET", target=f"{share}/snapshots"),
        }

    def read(self, response: HttpResponse) -> Answer:
        """What a complete response says: ok, certainly failed, or unknown."""
        return _read(response)


def _request_of(op: Op) -> HttpRequest:
    """The request for one try of `op`; every try of an op is the same request."""
    match op.kind:
        case OpKind.CREATE:
            return _telling("POST", "/v1/shares", op, create_members(op))
        case OpKind.GET:
            return HttpRequest(method="GET", target=_path(op), headers=_named(op))
        case OpKind.LIST:
            return HttpRequest(
                method="GET", target="/v1/shares?" + urlencode({"location": op.location}), headers=_named(op)
            )
        case _:
            return _changing(op)


def _changing(op: Op) -> HttpRequest:
    asked, members = request_of_kind(op), asked_members(op)
    path = {name: quote(value, safe="") for name, value in asked_path(op).items()}
    target = _path(op) + asked.target(path)
    if members is None:
        return HttpRequest(method=asked.method, target=target, headers=_keyed(op))
    return _telling(asked.method, target, op, members)


def _telling(method: str, target: str, op: Op, body: Mapping[str, object]) -> HttpRequest:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return HttpRequest(method=method, target=target, headers=(_JSON, *_keyed(op)), body=text.encode())


def _keyed(op: Op) -> tuple[tuple[str, str], ...]:
    return _named(op) if op.key is None else (("idempotency-key", op.key), *_named(op))


def _named(op: Op) -> tuple[tuple[str, str], ...]:
    return () if op.tenant is None else (("x-tenant", op.tenant),)


def _path(op: Op) -> str:
    return _share_path(op.location, op.name)


def _share_path(location: str, name: str) -> str:
    return f"/v1/shares/{quote(location, safe='')}/{quote(name, safe='')}"


class _Body(BaseModel):
    """The part of a share's representation, or of a problem, that a client looks at."""

    model_config = ConfigDict(extra="ignore")

    id: str | None = None
    state: str | None = None
    reason: str | None = None
    type: str | None = None
    title: str | None = None
    detail: str | None = None


_NOTHING = _Body()


def _read(reply: HttpResponse) -> Answer:
    """Judge a complete response."""
    body = _read_body(reply)
    status = reply.status
    if 200 <= status < 300:
        return Answer(result=OpResult.OK, status=status, share=body.id, state=body.state, reason=body.reason)
    is_problem = reply.headers.get("content-type", "").startswith("application/problem+json")
    certain = is_problem and 400 <= status < 500
    return Answer(
        result=OpResult.FAIL if certain else OpResult.INFO,
        status=status,
        cause=_cause(body, status),
        code=GATEWAY_CODES.get(status),
        site=gateway_site(reply),
        message=body.detail or body.title or "",
        share=body.id,
        state=body.state,
    )


def _read_body(reply: HttpResponse) -> _Body:
    try:
        return _Body.model_validate_json(reply.body)
    except ValidationError:
        return _NOTHING


def _cause(body: _Body, status: int) -> str:
    word = (body.type or "").rstrip("/").rpartition("/")[2].rpartition(":")[2].rpartition("#")[2]
    return word if word and word != "blank" else f"status-{status}"
