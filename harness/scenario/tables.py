"""A scenario file as pydantic reads it; the descriptions are what editors and the documentation show."""

from functools import cache
from typing import Annotated, Literal

from pydantic import Field, create_model

from connector.names import ClusterName, Name
from connector.table import TomlTable
from connector.units import Duration, Size
from fake_clusters.config import ClusterTable
from fake_clusters.distributions.tables import DistributionTable
from fake_clusters.faults.config import AnyFault
from fake_clusters.rules.tables import Span
from harness.scenario.gateway import GatewayTable
from harness.scenario.rule_tables import AnyDelivery, AnyReceiverRule, AnyStep, AnyStoreFault
from harness.scenario.scenario import WorkloadKind
from harness.scenario.scripted import ScriptedTable
from harness.scenario.service import pipeline_reader
from harness.scenario.service_tables import ServiceTable
from harness.scenario.spool_kind import SpoolKind
from harness.scenario.store_kind import StoreKind
from harness.toxics.config import AnyToxicRule

__all__ = [
    "ClientTable",
    "PhaseTable",
    "ScenarioTable",
    "SizeRange",
    "Spacing",
    "WorkloadTable",
    "scenario_table",
]

Positive = Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Seconds = Annotated[Duration, Field(gt=0)]
TenantName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._@-]{1,64}$")]


class SizeRange(TomlTable):
    """Sizes between two bounds, all equally likely."""

    low: Annotated[Size, Field(gt=0)] = Field(description='the smallest, such as `"1 GiB"`')
    high: Annotated[Size, Field(gt=0)] = Field(description="the largest")


Spacing = Literal["poisson", "even"] | DistributionTable


class WorkloadTable(TomlTable):
    """The load. It is open-loop: arrivals come when they are due and do not wait for earlier ones."""

    rate: Positive = Field(description="arrivals per second")
    duration: Seconds = Field(description="how long arrivals come")
    spacing: Spacing = Field(
        default="poisson",
        description="how arrivals are spaced: `poisson`, `even`, or a distribution, scaled to the rate",
    )
    mix: dict[WorkloadKind, Weight] = Field(
        default={WorkloadKind.CREATE: 1.0}, description="weights of the kinds of arrival"
    )
    size: Annotated[Size, Field(gt=0)] | SizeRange = Field(
        default=1 << 30,
        description='of a share: one size, or `{ low = "1 GiB", high = "8 GiB" }`: any size in between',
    )
    locations: dict[str, Weight] = Field(default={}, description="weights of clusters by name; all alike if left out")
    surges: dict[str, Positive] = Field(default={}, description="by phase name, the factor on the rate during it")
    only: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)] | None = Field(
        default=None, description="numbers of the arrivals that are kept, from 1; all if left out"
    )
    requests: tuple[ScriptedTable, ...] = Field(default=(), description="requests at instants of their own")
    tenants: dict[TenantName, Weight] = Field(
        default={}, description="weights of who asks, by name; whose a share is stays so. Left out: the default tenant"
    )
    priorities: tuple[Annotated[int, Field(ge=0, le=9)], ...] = Field(
        default=(), description="of creates, each as likely; left out: all alike"
    )


class ClientTable(TomlTable):
    """The portal's client: its own deadlines, its retries after an unknown outcome (with the same key), its polling."""

    connect: Seconds = Field(default=2.0, description="to reach the gateway")
    total: Seconds = Field(default=10.0, description="for one attempt in total")
    retries: Annotated[int, Field(ge=0)] = Field(default=2, description="after an attempt whose outcome is unknown")
    retry_wait: Duration = Field(default=0.5, description="before each retry")
    retry_budget: Positive | None = Field(
        default=None,
        description="retries that each request adds to a token bucket shared by all clients; `0.1` lets a tenth of "
        "all requests be tried again. None: every retry is allowed",
    )
    poll_every: Seconds = Field(default=0.5, description="between two polls of a share")
    poll_deadline: Seconds = Field(default=60.0, description="after which the client stops polling")


class PhaseTable(TomlTable):
    """A named interval of the schedule, for faults, surges and gates."""

    name: Name = Field(description="how faults, surges and gates refer to it")
    between: Span = Field(description="from and to, from the start of the load; half open")


class ScenarioTable(TomlTable):
    """One experiment: what the clusters are like, what load arrives, what breaks when, and what must hold."""

    title: Name = Field(description="one line, for reports")
    seed: int = Field(default=1, description="of everything random, unless the command line says otherwise")
    settle: Duration | None = Field(
        default=None,
        description="within this time after healing every share must be in a final state (L1). Default: what the "
        "settings of the pipeline may need after a kill: a lease, a command, the longest pause and two scans, and at "
        "least 30 s (59.25 s with the default settings); where creates may be answered before their shares are whole, "
        "also `pipeline.command.whole` and a cleanup; of another service, which has no known settings, 30 s",
    )
    fence: Duration = Field(default=2.0, description="after settling, the wait before the clusters are read again (L2)")
    workload: WorkloadTable
    client: ClientTable = ClientTable()
    clusters: dict[ClusterName, ClusterTable] = Field(
        min_length=1, description="fake clusters by name: one per location"
    )
    service: ServiceTable = ServiceTable()
    gateway: GatewayTable | None = Field(default=None, description="what is put in front of the service")
    store: StoreKind = Field(
        default=StoreKind.SQLITE,
        description="of the reference pipeline: `sqlite`, a file, or `postgresql`, a server started for the run",
    )
    spool: SpoolKind = Field(
        default=SpoolKind.STORE,
        description="of the reference pipeline: `store`, messages stay in the store, or `nats`, a NATS server started "
        "for the run, filled by a relay",
    )
    pipeline: TomlTable
    phases: tuple[PhaseTable, ...] = Field(default=(), description="named stretches of the schedule")
    faults: tuple[AnyFault, ...] = Field(default=(), description="what breaks, where and when")
    toxics: tuple[AnyToxicRule, ...] = Field(default=(), description="what happens to the links, where and when")
    nemesis: tuple[AnyStep, ...] = Field(default=(), description="what happens to processes and clusters")
    deliveries: tuple[AnyDelivery, ...] = Field(default=(), description="what happens to the spool's messages")
    store_faults: tuple[AnyStoreFault, ...] = Field(default=(), description="what happens to the store's transactions")
    receivers: tuple[AnyReceiverRule, ...] = Field(default=(), description="how the receivers of notices misbehave")
    gates: tuple[str, ...] = Field(
        default=(), description="thresholds, such as `p95(create.accept) < 200ms during brownout`"
    )
    expect: dict[str, Annotated[int, Field(ge=1)]] = Field(
        default={},
        description="how often a fault, toxic, delivery, store fault or receiver rule (by label or kind) or nemesis "
        "kind must occur for a verdict to count",
    )


@cache
def scenario_table() -> type[ScenarioTable]:
    """The table of a scenario file, with the tables of the service under test in it."""
    tables = pipeline_reader().tables
    return create_model(
        "ScenarioTable", __base__=ScenarioTable, __doc__=ScenarioTable.__doc__, pipeline=(tables, tables())
    )
