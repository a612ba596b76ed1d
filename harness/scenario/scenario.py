"""A scenario: what the clusters are like, what load arrives, what breaks when, and what must hold.

These are the values that every world plays; `parse.py` makes them from a TOML file, once. Times are seconds from the
start of the load; sizes are bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from connector.values import replace
from fake_clusters.faults.rule import FaultRule
from fake_clusters.profile import Constant, Distribution
from fake_clusters.rules.rule import Rule
from fake_clusters.spec import ClusterSpec
from harness.scenario.deliveries import DeliveryRule
from harness.scenario.gateway import GatewaySpec
from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.nemesis_kinds import NemesisStep
from harness.scenario.receivers import ReceiverRule
from harness.scenario.roles import part_names, processes_by_role, roles_with, servers_of
from harness.scenario.scripted import ScriptedRequest
from harness.scenario.service import GatewaySettings, ServiceSettings, default_settings
from harness.scenario.service_spec import ServiceKind, ServiceSpec
from harness.scenario.spool_kind import SpoolKind
from harness.scenario.store_faults import StoreFaultRule
from harness.scenario.store_kind import StoreKind
from harness.toxics.rule import ToxicRule

__all__ = [
    "ClientPolicy",
    "Comparison",
    "Gate",
    "Percentile",
    "Phase",
    "Scenario",
    "Statistic",
    "Workload",
    "WorkloadKind",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A named stretch of the schedule, for gates, faults and shading."""

    name: str
    begins: float
    ends: float


class WorkloadKind(StrEnum):
    """What an arrival does. The mix weighs these.

    create: a new share, polled until it ends. recreate: a new share under the name of a removed one; it is skipped
    while none has been seen to be gone, so give deletes more weight, or the load more time. delete, resize: of a share
    that this workload made and saw active; a resize makes it larger or smaller. duplicate: a recent create
    again with its own key, whether it was accepted (replay) or refused. compete: the create of a recent
    share with another key (must be refused). reuse: a recent key with another body (must be refused). premature: a
    resize or a delete of a share that is not active, as far as its client knows: it is requested, pending, updating,
    deleting or gone (must be refused if this is true). list: a read of the list of shares. allow: gives a client access
    to a share that was seen active, and sometimes to one that is not, as premature does. deny: takes access away from a
    client that was given it. snapshot-create: keeps the content of an active share. snapshot-delete: removes what was
    kept. verify: asks for a look at an active share. These five are skipped where the service does not offer them.
    cancel: a delete of a share that is pending, which is refused unless the service lets creates be cancelled.
    """

    CREATE = "create"
    RECREATE = "recreate"
    DELETE = "delete"
    RESIZE = "resize"
    LIST = "list"
    DUPLICATE = "duplicate"
    COMPETE = "compete"
    REUSE = "reuse"
    PREMATURE = "premature"
    ALLOW = "allow"
    DENY = "deny"
    SNAPSHOT_CREATE = "snapshot-create"
    SNAPSHOT_DELETE = "snapshot-delete"
    VERIFY = "verify"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Open-loop load: arrivals come at `rate` per second whatever the answers do, spaced by `spacing` of mean 1
    (None: Poisson). size: bytes of a share, drawn per share. surges: (phase name, factor on the rate). only: numbers of
    the arrivals that are kept, as if the others had never come (None: all). requests: those that are not drawn, in the
    order of their instants. tenants: weights of who asks (empty: it is not said). priorities: of creates, each as
    likely (empty: none is given)."""

    rate: float
    duration: float
    spacing: Distribution | None = None
    mix: Mapping[WorkloadKind, float] = field(default_factory=lambda: {WorkloadKind.CREATE: 1.0})
    size: Distribution = field(default_factory=lambda: Constant(1 << 30))
    surges: Mapping[str, float] = field(default_factory=dict)
    locations: Mapping[str, float] = field(default_factory=dict)
    only: tuple[int, ...] | None = None
    requests: tuple[ScriptedRequest, ...] = ()
    tenants: Mapping[str, float] = field(default_factory=dict)
    priorities: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPolicy:
    """What the portal's client does: its own deadlines, its retries of an unclear answer (same key), its polling.

    retry_budget: retries that each op earns for all clients together (None: every retry is allowed).
    """

    connect: float = 2.0
    total: float = 10.0
    retries: int = 2
    retry_wait: float = 0.5
    retry_budget: float | None = None
    poll_every: float = 0.5
    poll_deadline: float = 60.0


class Statistic(StrEnum):
    MIN = "min"
    MEAN = "mean"
    MAX = "max"
    COUNT = "count"
    RATE = "rate"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentile:
    """The smallest value that so many of a hundred do not exceed. percent: above 0, at most 100, without rounding."""

    percent: Decimal

    def __str__(self) -> str:
        return f"p{self.percent}"


class Comparison(StrEnum):
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """`p95(create.accept) < 200ms on north through nginx during brownout`. threshold: seconds for latencies, else a
    plain number.

    cluster, gateway, phase: None for all of them.
    """

    expression: str
    statistic: Statistic | Percentile
    metric: str
    comparison: Comparison
    threshold: float
    phase: str | None
    cluster: str | None = None
    gateway: GatewayKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One experiment. shows: its opening comment. settle: within this time after healing, every share must be in
    a final state (L1).

    fence: how long after that the clusters are read again (L2). expect: a rule's label, or a kind, to how often it
    must occur at least for the verdict to mean anything (V1).

    pipeline: of the reference pipeline; None for another service, of which the harness knows no settings. service: that
    other service. service_text: the file that it was read from, where that is not the scenario's own.

    gateway: what is put in front of the service; None: the built-in one of the reference pipeline, nothing of another
    service. store, spool: of the reference pipeline.
    """

    name: str
    title: str
    shows: str
    text: str
    path: Path | None
    seed: int
    clusters: tuple[ClusterSpec, ...]
    workload: Workload
    client: ClientPolicy = ClientPolicy()
    pipeline: ServiceSettings | None = field(default_factory=default_settings)
    service: ServiceSpec | None = None
    service_text: str = ""
    gateway: GatewaySpec | None = None
    store: StoreKind = StoreKind.SQLITE
    spool: SpoolKind = SpoolKind.STORE
    phases: tuple[Phase, ...] = ()
    faults: tuple[FaultRule, ...] = ()
    toxics: tuple[ToxicRule, ...] = ()
    nemesis: tuple[NemesisStep, ...] = ()
    deliveries: tuple[DeliveryRule, ...] = ()
    store_faults: tuple[StoreFaultRule, ...] = ()
    receivers: tuple[ReceiverRule, ...] = ()
    gates: tuple[Gate, ...] = ()
    expect: Mapping[str, int] = field(default_factory=dict)
    settle: float = 30.0
    fence: float = 2.0

    @property
    def kind(self) -> ServiceKind:
        """Of the service under test."""
        return ServiceKind.REFERENCE if self.service is None else self.service.kind

    @property
    def design(self) -> str:
        """Of the reference pipeline, or the kind of another service."""
        return str(self.kind) if self.pipeline is None else str(self.pipeline.design)

    @property
    def parts(self) -> Sequence[str]:
        """Of the service: their names, in the order in which they are started."""
        if self.service is not None:
            return self.service.names
        pipeline = self.pipeline
        roles = roles_with(self.spool, notified=pipeline is not None and pipeline.notifier.enabled)
        return part_names(roles, {} if pipeline is None else processes_by_role(pipeline))

    @property
    def servers(self) -> Sequence[str]:
        """That the service's parts share, as far as a run starts them."""
        return servers_of(self.store, self.spool) if self.service is None else ()

    @property
    def gateway_kind(self) -> GatewayKind | None:
        """None: the harness has no gateway in front of this service."""
        if self.gateway is not None:
            return self.gateway.kind
        return None if self.pipeline is None else GatewayKind.BUILTIN

    @property
    def gateway_settings(self) -> GatewaySettings | None:
        """Those of the gateway that there is."""
        return self.gateway if self.pipeline is None else self.pipeline.gateway

    @property
    def gates_here(self) -> tuple[Gate, ...]:
        """The gates of the gateway that there is, and those of any."""
        return tuple(gate for gate in self.gates if gate.gateway in {None, self.gateway_kind})

    def behind(self, kind: GatewayKind) -> "Scenario":
        """The same scenario with this gateway in front of the service."""
        return replace(self, gateway=replace(self.gateway or GatewaySpec(), kind=kind))

    @property
    def rules(self) -> tuple[Rule[Any, Any], ...]:
        """Those that have labels and windows."""
        return (*self.faults, *self.toxics, *self.deliveries, *self.store_faults, *self.receivers)
