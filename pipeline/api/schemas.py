"""What the API answers, as models for its document; the answers themselves are made in views.py, which is faster."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field

from connector.operations import Access, Verb
from connector.sites import Site
from pipeline.findings import FindingKind
from pipeline.holds import HoldKind
from pipeline.record import PartKind
from pipeline.states import ShareState

__all__ = [
    "PARTS",
    "AccessRulesJson",
    "AnyObject",
    "AttemptJson",
    "AttemptPage",
    "DeadPage",
    "EventJson",
    "EventPage",
    "FindingJson",
    "FindingPage",
    "HoldJson",
    "HoldList",
    "Liveness",
    "ProblemDetails",
    "QueueList",
    "QueuedJson",
    "QuotaJson",
    "Readiness",
    "Requeued",
    "ShareJson",
    "SharePage",
    "SnapshotsJson",
]

Instant = Annotated[float, Field(description="Unix seconds")]


class AnyObject(BaseModel):
    """A JSON object."""


class ShareJson(BaseModel):
    """A share. size: bytes. reason: why it is on its way out, or why its last resize did not come about.

    dead: why it is a dead letter, which nobody works on; null: it is none.
    """

    id: str
    location: str
    name: str
    size: int
    state: ShareState
    reason: str | None
    generation: int
    tenant: str
    priority: int
    dead: str | None
    created_at: AwareDatetime
    updated_at: AwareDatetime


class AccessRuleJson(BaseModel):
    client: str
    access: Access
    state: Literal["pending", "active", "deleting"]


class AccessRulesJson(BaseModel):
    """The access rules of a share."""

    access_rules: list[AccessRuleJson]


class SnapshotJson(BaseModel):
    name: str
    state: Literal["pending", "active", "deleting"]


class SnapshotsJson(BaseModel):
    """The snapshots of a share that the service knows of."""

    snapshots: list[SnapshotJson]


PARTS: Mapping[PartKind, type[BaseModel]] = {
    PartKind.ACCESS_RULE: AccessRulesJson,
    PartKind.SNAPSHOT: SnapshotsJson,
}
"""What is answered with the parts of a share."""


class SharePage(BaseModel):
    """next: the cursor of the page behind this one; null behind the last. The header `Link` has its address, too."""

    shares: list[ShareJson]
    next: str | None


class EventJson(BaseModel):
    """A change of state. before null: the record was made; after null: it was removed."""

    number: int
    at: Instant
    share: str
    location: str
    name: str
    before: ShareState | None
    after: ShareState | None
    writer: str
    fence: int | None
    reason: str | None


class EventPage(BaseModel):
    """next: where to go on, also when nothing is here yet."""

    events: list[EventJson]
    next: int


class AttemptJson(BaseModel):
    """One command as it was tried. result null: its end was never written."""

    number: int
    share: str
    location: str
    name: str
    verb: Verb
    tried: int
    request_id: str | None
    sequence: int | None
    fence: int
    began_at: Instant
    ended_at: Instant | None
    deadline: Instant
    result: Literal["ok", "fail", "unknown"] | None
    code: str | None
    site: Site | None
    message: str | None


class AttemptPage(BaseModel):
    """next: where to go on, also when nothing is here yet."""

    attempts: list[AttemptJson]
    next: int


class FindingJson(BaseModel):
    """What a sweep found and may not mend."""

    number: int
    at: Instant
    location: str
    kind: FindingKind
    name: str
    mark: str
    detail: str


class FindingPage(BaseModel):
    """next: where to go on, also when nothing is here yet."""

    findings: list[FindingJson]
    next: int


class QuotaPart(BaseModel):
    """Of one resource. limit null: there is none. used: by all records, until they are gone; of a share that is being
    changed the larger of its two sizes."""

    limit: int | None
    used: int


class QuotaJson(BaseModel):
    """How much a tenant may have, and has."""

    tenant: str
    shares: QuotaPart
    bytes: QuotaPart


class HoldJson(BaseModel):
    """What an operator holds up. until null: until it is lifted."""

    location: str
    kind: HoldKind
    reason: str
    who: str
    since: AwareDatetime
    until: AwareDatetime | None


class HoldList(BaseModel):
    """All that are in force."""

    holds: list[HoldJson]


class QueuedJson(BaseModel):
    """A record whose operation is under way. attempt: tries of it so far. due_at: no try before this instant. owner,
    lease_until: which processor works on it, and for how long nobody else may; null: none does. waits: why it waits."""

    id: str
    location: str
    name: str
    state: ShareState
    tenant: str
    priority: int
    attempt: int
    due_at: AwareDatetime
    owner: str | None
    lease_until: AwareDatetime | None
    last_error: str | None
    waits: str


class QueueList(BaseModel):
    """Those that are due first."""

    queue: list[QueuedJson]


class DeadPage(BaseModel):
    """next: where to go on, also when nothing is here yet."""

    dead: list[ShareJson]
    next: int


class Requeued(BaseModel):
    """matched: dead letters that were asked for; requeued: those that are due again."""

    matched: int
    requeued: int


class Liveness(BaseModel):
    """The process answers."""

    status: Literal["ok"]


class Readiness(BaseModel):
    """The store commits. counts: records by state, and messages that wait as `queued`; findings: by kind; dead:
    letters."""

    status: Literal["ok"]
    counts: dict[str, int] = {}
    findings: dict[str, int] = {}
    dead: int = 0


class ProblemDetails(BaseModel):
    """RFC 9457. type: `/problems/CAUSE`; clients decide by it. Further members say more, by cause."""

    type: str
    title: str
    status: int
    detail: str
