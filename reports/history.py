"""The history of a run: what clients asked, what was tried, what changed and what broke, on one clock.

All instants are seconds since the run began; None means that it never came. Every row has a `number`,
unique in its list, so that a witness can name it.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from connector.codes import Code
from connector.injection import Injection
from connector.sites import Site
from connector.values import fast_frozen

__all__ = [
    "Attempt",
    "Effect",
    "EffectKind",
    "History",
    "Hop",
    "Injection",
    "NemesisAction",
    "Notice",
    "Op",
    "OpKind",
    "OpResult",
    "PartEnd",
    "Purpose",
    "Reading",
    "Sample",
    "SeenShare",
    "StateChange",
    "Timeout",
]


class OpKind(StrEnum):
    CREATE = "create"
    GET = "get"
    LIST = "list"
    RESIZE = "resize"
    DELETE = "delete"
    ALLOW = "allow"
    DENY = "deny"
    SNAPSHOT_CREATE = "snapshot-create"
    SNAPSHOT_DELETE = "snapshot-delete"
    VERIFY = "verify"


class OpResult(StrEnum):
    """ok: it did; fail: it certainly did not and will not; info: unknown, the default for anything unclear."""

    OK = "ok"
    FAIL = "fail"
    INFO = "info"


class Purpose(StrEnum):
    """Why the workload asked."""

    LOAD = "load"
    DUPLICATE = "duplicate"
    POLL = "poll"


class Hop(StrEnum):
    """Who waits for whom."""

    CLIENT = "client"
    GATEWAY = "gateway"
    API = "api"
    PROCESSOR = "processor"


_COMMANDERS = (Hop.PROCESSOR, Hop.API)


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Op:
    """What a client asked of the portal's API, over all its tries.

    key: the idempotency key. duplicate_of: the op that this one repeats on purpose. intended_at: when
    the open-loop arrival was due; latencies are counted from there. status: the last HTTP status; cause: the
    problem type's last word (`share-pending`), or what the client met (`client-timeout`). share, state,
    reason: as the answer shows them. size: bytes asked (create, resize). body_differs: a deliberate reuse of
    `key` with another body. tenant: who asks, and priority: what it gave its create; None: it was not said.
    grantee: the client that is given access, or loses it, and access: which; None: what the load asks for this share.
    """

    number: int
    client: str
    kind: OpKind
    purpose: Purpose
    location: str
    name: str
    key: str | None = None
    duplicate_of: int | None = None
    body_differs: bool = False
    size: int | None = None
    phase: str = ""
    intended_at: float
    invoked_at: float
    completed_at: float | None = None
    result: OpResult = OpResult.INFO
    status: int | None = None
    cause: str | None = None
    share: str | None = None
    state: str | None = None
    reason: str | None = None
    tries: int = 1
    tenant: str | None = None
    priority: int | None = None
    grantee: str | None = None
    access: str | None = None


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try on the wire: an HTTP request of a client (`hop` client) or a connector command.

    A command's `hop` is the part that calls the connector: the processor, or the API in a design that has no processor.
    One that concerned no record (what a cluster can do, a list, a sweep's delete) has no fence, and `share` and `name`
    only where it was about one. `deadline`: the latest instant at which the command may still be believed to start (its
    fence), for commands. `site`: where it was stopped, for those that are not ok.
    """

    number: int
    hop: Hop
    op: int | None = None
    share: str | None = None
    location: str = ""
    name: str = ""
    verb: str = ""
    tried: int = 1
    request_id: str | None = None
    sequence: int | None = None
    fence: int | None = None
    began_at: float
    ended_at: float | None = None
    deadline: float | None = None
    result: OpResult = OpResult.INFO
    status: int | None = None
    code: Code | None = None
    site: Site | None = None
    message: str = ""

    @property
    def is_command(self) -> bool:
        """Whether a cluster was asked, and not the portal."""
        return self.hop in _COMMANDERS


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """One move of a share's record. before None: the record was made; after None: it was removed.

    writer: `api`, `processor` or `sweeper`. reason: why it is being removed, and so on.
    """

    number: int
    at: float
    share: str
    location: str
    name: str
    before: str | None
    after: str | None
    writer: str
    fence: int | None = None
    reason: str | None = None


class EffectKind(StrEnum):
    CREATED = "created"
    HALF_CREATED = "half-created"
    CREATED_BY_OTHERS = "created-by-others"
    RESIZED = "resized"
    DELETED = "deleted"
    DELETED_BY_OTHERS = "deleted-by-others"
    ALLOWED = "allowed"
    DENIED = "denied"
    SNAPSHOT_CREATED = "snapshot-created"
    SNAPSHOT_DELETED = "snapshot-deleted"
    WIPED = "wiped"


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One change on a cluster, from the cluster's own log: the ground truth.

    incarnation: counts the shares of that name (1 for the first create, …). late: it happened after its
    command had been answered or given up by the cluster.
    """

    number: int
    at: float
    cluster: str
    kind: EffectKind
    name: str
    incarnation: int
    request_id: str | None = None
    sequence: int | None = None
    mark: str | None = None
    size: int | None = None
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NemesisAction:
    """One thing that the nemesis did (or heal, quiesce), as it happened. `detail`: for the reader."""

    number: int
    at: float
    action: str
    target: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartEnd:
    """The end of a part of the pipeline that nothing in the run had asked for.

    part: `api`, `processor` or `gateway`. status: its exit status, None where a signal ended it. signal: that signal's
    name. log: the last lines that it wrote.
    """

    number: int
    at: float
    part: str
    status: int | None = None
    signal: str | None = None
    log: str = ""

    @property
    def how(self) -> str:
        """In words."""
        return f"killed by {self.signal}" if self.signal is not None else f"exit status {self.status}"


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class SeenShare:
    """One share in a reading: a record of the API (`state`) or a share on a cluster (`complete`, `mark`)."""

    location: str
    name: str
    share: str | None = None
    state: str | None = None
    size: int | None = None
    complete: bool = True
    mark: str | None = None


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A final read: everything that one side showed at one instant.

    side: `api` or a cluster's name. round: 0 before the load, 1 after quiescence, 2 after the fence. ok False:
    the side could not be read and `shares` means nothing. sessions: open sessions on a cluster, None if unknown.
    """

    number: int
    at: float
    side: str
    round: int
    ok: bool = True
    shares: tuple[SeenShare, ...] = ()
    sessions: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeout:
    """One timeout with its single origin. `injected`: the label of the fault that caused it, where known."""

    number: int
    at: float
    hop: Hop
    site: Site
    op: int | None = None
    attempt: int | None = None
    location: str = ""
    name: str = ""
    injected: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice as its receiver got it. outcome: `active` or `removed`. dedupe_id: the same for every delivery.

    change: the number of the change of state that it tells of; None: the service does not say.
    """

    number: int
    at: float
    share: str
    location: str
    name: str
    outcome: str
    dedupe_id: str
    receiver: str
    change: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One value of a metric over time, such as `queue` or `north.in_service`."""

    at: float
    metric: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All of a run, each list in the order of its instants.

    has_effect_log: of the clusters. has_changes, has_commands: whether the service has logs of its changes of state and
    of the commands that it sends. has_notices: whether its notices were received. receivers: who should get every
    notice; empty: it is not known.
    """

    ops: tuple[Op, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    changes: tuple[StateChange, ...] = ()
    effects: tuple[Effect, ...] = ()
    injections: tuple[Injection, ...] = ()
    nemesis: tuple[NemesisAction, ...] = ()
    part_ends: tuple[PartEnd, ...] = ()
    readings: tuple[Reading, ...] = ()
    timeouts: tuple[Timeout, ...] = ()
    samples: tuple[Sample, ...] = field(default=())
    notices: tuple[Notice, ...] = ()
    receivers: tuple[str, ...] = ()
    has_effect_log: bool = True
    has_changes: bool = True
    has_commands: bool = True
    has_notices: bool = False
