"""The record of a share, which is also the job: identity, intent, state, lease and commands."""

import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from connector.operations import Verb
from connector.outcomes import Outcome
from connector.values import fast_frozen
from pipeline.quotas import NO_QUOTAS, UNLIMITED, Quota, Quotas, Usage
from pipeline.states import Operation, ShareState

__all__ = [
    "DEFAULT_TENANT",
    "HIGHEST_PRIORITY",
    "LARGEST_SIZE",
    "LONGEST_NAME",
    "TENANT_NAME",
    "AttemptRow",
    "Change",
    "Claim",
    "Command",
    "DeadFilter",
    "EventRow",
    "Idempotency",
    "Message",
    "NewShare",
    "PartKind",
    "SharePart",
    "ShareRecord",
    "Unclaimed",
    "spec_hash",
]

LARGEST_SIZE = 2**53 - 1
"""Bytes: the largest integer that every JSON reader keeps exact (RFC 8259, 6)."""
LONGEST_NAME = 255
"""Bytes of a location's or a share's name in UTF-8."""

DEFAULT_TENANT = "default"
"""Whose a share is where the request names nobody."""
TENANT_NAME = re.compile(r"[A-Za-z0-9._@-]{1,64}")
HIGHEST_PRIORITY = 9
"""Priorities begin at 0, the usual one."""

_UPDATING = ShareState.UPDATING  # Python 3.11 takes long to look a member of an enum up


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class NewShare:
    """What a create asks. size: bytes. tenant: who asks. priority: among this tenant's own shares; higher is first.
    quota: how much the tenant may have."""

    id: str
    location: str
    name: str
    size: int
    tenant: str = DEFAULT_TENANT
    priority: int = 0
    quota: Quota = UNLIMITED

    @property
    def usage(self) -> Usage:
        """What the share would count as."""
        return Usage(shares=1, bytes=self.size)


class PartKind(StrEnum):
    """What a share can have."""

    ACCESS_RULE = "access-rule"
    SNAPSHOT = "snapshot"


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class SharePart:
    """An access rule (name: the client; value: `ro` or `rw`) or a snapshot of a share."""

    kind: PartKind
    name: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a task asks of a share that is there. size: bytes that are wanted from now on (None: as many as before).

    part: the part of the share that it is about. cancels: of a delete, that it may end a create that is under way.
    tenant: it is asked of this one's share alone; None: of anybody's. quotas: how much tenants may have.
    """

    operation: Operation
    size: int | None = None
    part: SharePart | None = None
    cancels: bool = False
    tenant: str | None = None
    quotas: Quotas = NO_QUOTAS


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Idempotency:
    """A key as given by a client of one tenant, and the hash of what it asked with it."""

    tenant: str
    key: str
    body_hash: str
    expires_at: float


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRecord:
    """One row. Instants are Unix seconds by the store's clock.

    id: uuid7; its mark on the cluster is `<owner>/<id>`. size: the wanted size; confirmed_size: what the cluster
    confirmed last. generation rises with every accepted operation; generation_done follows it. due_at: no attempt
    before this instant. command_deadline: the latest deadline of all commands ever sent for this share. sequence:
    of the newest command. attempt: tries of the present generation; from failing on, of its cleanup. deferrals: how
    often it was given back meanwhile with no try and nothing learnt (the cluster was out of reach, busy, or its answer
    to a look told nothing); with the tries it sets the backoff. reason: why it is failing, or why an update was given
    up: from then on `size` is what the cluster showed, and not what was asked. settled False: the newest command may
    still have its effect (begun, and its end unknown); True of a record on its way out: a delete was answered as done.
    part: what the present generation is about, or the last was. parts: what the cluster confirmed of the share's.
    tenant: whose it is; tenants take turns at a cluster. priority: the highest of a tenant's records is claimed first.
    claims: in a row that ended without a word, as those of a processor that was killed do. dead: why it is a dead
    letter, which is due never; None: it is none.
    """

    row: int
    id: str
    location: str
    name: str
    size: int
    confirmed_size: int | None
    spec_hash: str
    operation: Operation
    generation: int
    generation_done: int
    state: ShareState
    reason: str | None
    owner: str | None
    lease_until: float | None
    fence: int
    sequence: int
    command_deadline: float | None
    attempt: int
    due_at: float
    last_error: str | None
    created_at: float
    updated_at: float
    settled: bool = True
    deferrals: int = 0
    part: SharePart | None = None
    parts: tuple[SharePart, ...] = ()
    tenant: str = DEFAULT_TENANT
    priority: int = 0
    claims: int = 0
    dead: str | None = None

    @property
    def bytes(self) -> int:
        """What it counts as among its tenant's bytes."""
        return max(self.size, self.confirmed_size or 0)

    @property
    def is_given_up(self) -> bool:
        """Whether the update that is under way only ends what was begun."""
        return self.state is _UPDATING and self.reason is not None

    def parts_of(self, kind: PartKind) -> tuple[SharePart, ...]:
        """Those of one kind."""
        return tuple(part for part in self.parts if part.kind is kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadFilter:
    """Which dead letters: those of a location, of a tenant, and whose reason contains a text. None: whichever."""

    location: str | None = None
    tenant: str | None = None
    reason: str | None = None

    def matches(self, record: ShareRecord) -> bool:
        """Whether a record is one of them."""
        return (
            record.dead is not None
            and self.location in (None, record.location)
            and self.tenant in (None, record.tenant)
            and (self.reason is None or self.reason in record.dead)
        )


def spec_hash(location: str, name: str, size: int) -> str:
    """What a share is meant to be, in one word: two records with one hash ask for the same thing."""
    return sha256(f"{size}\n{location}\n{name}".encode()).hexdigest()[:32]


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A lease on one record: every write of its holder names `record.id`, `fence` and the state it saw.

    notes: commands that only read, since its holder's last write. The next one takes them along, also where the claim
    is lost: it is what happened.
    """

    record: ShareRecord
    owner: str
    fence: int
    lease_until: float
    notes: "tuple[AttemptRow, ...]" = ()


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command that may be sent: its sequence and deadline are already durable."""

    claim: Claim
    attempt_number: int
    verb: Verb
    request_id: str
    sequence: int
    deadline: float


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A hint in the spool: this share may have work of this generation."""

    number: int
    share: str
    generation: int


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """A change of state, written in the transaction that made it; read by notices and by the harness.

    before None: the record was made; after None: it was removed. at: Unix seconds. operation: the task of the record's
    generation; None: from before there were more than three. tenant: whose the share was; None: from before events had
    it.
    """

    number: int
    at: float
    share: str
    location: str
    name: str
    before: ShareState | None
    after: ShareState | None
    writer: str
    fence: int | None
    reason: str | None
    operation: Operation | None = None
    tenant: str | None = None


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Unclaimed:
    """A command that no claim is held for: what a cluster can do, a list, the delete of a share without a record.

    began_at, deadline: Unix seconds.
    """

    location: str
    verb: Verb
    share: str | None
    name: str | None
    request_id: str | None
    tried: int
    began_at: float
    deadline: float


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRow:
    """One connector command as it was tried. outcome None: its end was never written (a crash, or still under way).

    share, name: empty where it concerned none. fence: 0 where no claim was held for it.
    """

    number: int
    share: str
    location: str
    name: str
    verb: Verb
    tried: int
    request_id: str | None
    sequence: int | None
    fence: int
    began_at: float
    deadline: float
    ended_at: float | None
    outcome: Outcome | None
