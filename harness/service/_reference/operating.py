"""What an operator sees of the reference pipeline and does to it, through its API."""

import json
from urllib.parse import urlencode

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from harness.collect.clock import RunClock
from harness.errors import WorldError
from harness.http_client import HttpClient, HttpRequest
from harness.service._reference.holds import hold_request, lift_request
from harness.service._reference.pages import get_json
from harness.service.operated import DeadLetter, HeldUp, QueuedShare, QueueState
from pipeline.processor.retry_budget import is_used_up

__all__ = ["ReferenceOperator"]

_MOST = 1000
"""Records that are read at once."""
_JSON = ("content-type", "application/json")
_UNDER_WAY = ("pending", "updating", "failing", "deleting")


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Queued(_Row):
    id: str
    location: str
    name: str
    tenant: str
    attempt: int
    due_at: AwareDatetime
    owner: str | None
    lease_until: AwareDatetime | None
    last_error: str | None


class _Dead(_Row):
    id: str
    location: str
    name: str
    state: str
    tenant: str
    dead: str


class _Hold(_Row):
    location: str
    kind: str
    reason: str
    who: str
    until: AwareDatetime | None


class _Ready(_Row):
    """counts: records by state, and messages as `queued`."""

    counts: dict[str, int]
    dead: int


class _Lists(_Row):
    queue: list[_Queued] = []
    dead: list[_Dead] = []
    holds: list[_Hold] = []


class ReferenceOperator:
    """A `ServiceOperator`. http: straight to the API, past the gateway."""

    def __init__(self, http: HttpClient, clock: RunClock) -> None:
        self._http = http
        self._clock = clock

    async def read_queue(self) -> QueueState:
        """Three lists, each as it is when it is read."""
        most = urlencode({"limit": _MOST})
        try:
            ready = _Ready.model_validate(await get_json(self._http, "/readyz"))
            queue = _Lists.model_validate(await get_json(self._http, f"/v1/queue?{most}")).queue
            dead = _Lists.model_validate(await get_json(self._http, f"/v1/dead?{most}")).dead
            holds = _Lists.model_validate(await get_json(self._http, "/v1/holds")).holds
        except ValidationError as error:
            raise WorldError(f"the queue of the API cannot be read: {error}") from error
        return QueueState(
            messages=ready.counts.get("queued", 0),
            under_way=sum(ready.counts.get(state, 0) for state in _UNDER_WAY),
            shares=tuple(self._queued(row) for row in queue),
            dead_letters=ready.dead,
            dead=tuple(_dead(row) for row in dead),
            holds=tuple(self._hold(row) for row in holds),
        )

    async def hold(self, location: str, kind: str, *, reason: str, who: str, seconds: float | None = None) -> None:
        await self._send(hold_request(location, kind, reason=reason, who=who, seconds=seconds))

    async def lift(self, location: str) -> None:
        await self._send(lift_request(location))

    async def notify(self, target: str) -> None:
        body = json.dumps({"url": target}).encode()
        await self._send(HttpRequest(method="POST", target="/v1/webhooks", headers=(_JSON,), body=body))

    async def requeue(self, *, location: str | None, reason: str | None, dry_run: bool = False) -> int:
        body = json.dumps({"location": location, "reason": reason, "dry_run": dry_run}).encode()
        asked = HttpRequest(method="POST", target="/v1/dead/requeue", headers=(_JSON,), body=body)
        return int(json.loads(await self._send(asked))["matched"])

    async def _send(self, request: HttpRequest) -> bytes:
        answer = await self._http.send(request)
        if not 200 <= answer.status < 300:
            raise WorldError(f"{request.target}: answered with status {answer.status}: {_detail(answer.body)}")
        return answer.body

    def _queued(self, row: _Queued) -> QueuedShare:
        lease = None if row.owner is None or row.lease_until is None else row.lease_until
        return QueuedShare(
            location=row.location,
            name=row.name,
            share=row.id,
            tenant=row.tenant,
            due_at=self._clock.of_unix(row.due_at.timestamp()),
            attempt=row.attempt,
            lease_until=None if lease is None else self._clock.of_unix(lease.timestamp()),
            over_budget=lease is None and is_used_up(row.last_error, row.location),
        )

    def _hold(self, row: _Hold) -> HeldUp:
        until = None if row.until is None else self._clock.of_unix(row.until.timestamp())
        return HeldUp(location=row.location, kind=row.kind, reason=row.reason, who=row.who, until=until)


def _dead(row: _Dead) -> DeadLetter:
    return DeadLetter(
        location=row.location, name=row.name, share=row.id, state=row.state, tenant=row.tenant, reason=row.dead
    )


def _detail(body: bytes) -> str:
    """What a problem says."""
    try:
        found = json.loads(body)
    except ValueError:
        return body.decode(errors="replace")[:200]
    return str(found.get("detail") or found.get("title") or "") if isinstance(found, dict) else ""
