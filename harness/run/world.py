"""World: clusters, the service under test and the links between, standing. A run is executed in one; it needs none."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from harness.collect.clock import RunClock
from harness.collect.gateway_log import GatewayRow
from harness.collect.internal_errors import InternalError
from harness.http_client import OpenHttpClient, open_httpx
from harness.nemesis.nemesis import NemesisLog
from harness.nemesis.target import Failpoints, NemesisTarget
from harness.run.clusters import Clusters
from harness.run.ends import EndsWatch
from harness.run.events import EVERY, Event, follow
from harness.run.targets import targets_of
from harness.scenario.scenario import Scenario
from harness.service.client import OpenServiceClient
from harness.service.faults import ServiceFaults
from harness.service.parts import Restartable
from harness.service.receiver import NoticeReceiver
from harness.service.service import Service
from harness.toxics.relays import Relays, no_relays
from harness.world_name import WorldName

__all__ = ["World"]


@dataclass(slots=True, kw_only=True)
class World:
    """A world that stands. Made by `harness.worlds.open_world`.

    clock: seconds since the load begins, or would begin without a run. open_client: how clients reach the service.
    open_http: how they connect to it, where that is over HTTP.
    gateway: where they find it, if not where the service says.
    relays: where the toxics are. targets: what the nemesis can break.
    failpoints: how a process is killed at a crash point. spool_faults, store_faults: what is done to messages and to
    transactions; receiver_faults: by those to whom notices come. None: not supported.
    gateway_log: what the gateway wrote down of its requests so far; empty where it keeps no log.
    internal_errors: what the parts have logged of that kind so far. servers: what the parts share, where the nemesis
    can break it.
    receivers: the inboxes to which notices come, and what else is sent there.
    """

    name: WorldName
    scenario: Scenario
    seed: int
    clock: RunClock
    clusters: Clusters
    service: Service
    open_client: OpenServiceClient
    open_http: OpenHttpClient = open_httpx
    gateway: str | None = None
    relays: Relays = field(default_factory=no_relays)
    failpoints: Failpoints | None = None
    spool_faults: ServiceFaults[Any] | None = None
    store_faults: ServiceFaults[Any] | None = None
    receiver_faults: ServiceFaults[Any] | None = None
    gateway_log: Callable[[], Iterable[GatewayRow]] = tuple
    internal_errors: Callable[[], Iterable[InternalError]] = tuple
    servers: Mapping[str, Restartable] = field(default_factory=dict)
    receivers: Sequence[NoticeReceiver] = ()
    targets: Mapping[str, NemesisTarget] = field(init=False)
    nemesis_log: NemesisLog = field(init=False)
    ends: EndsWatch = field(init=False)

    def __post_init__(self) -> None:
        self.targets = targets_of(self.service, self.clusters, self.servers)
        self.nemesis_log = NemesisLog(self.clock.now)
        self.ends = EndsWatch(self.processes.values(), self.clock.now)

    @property
    def service_faults(self) -> Sequence[ServiceFaults[Any] | None]:
        """What is done to the service from inside, and by those to whom it sends notices."""
        return (self.spool_faults, self.store_faults, self.receiver_faults)

    @property
    def processes(self) -> Mapping[str, Restartable]:
        """Servers, and the parts that need them."""
        return {**self.servers, **self.service.parts}

    @property
    def entry(self) -> str:
        """Where clients find the service, but for toxics on their way."""
        return self.service.url if self.gateway is None else self.gateway

    @asynccontextmanager
    async def standing(self, *, lead: float) -> AsyncIterator["World"]:
        """Begin the clusters' time `lead` seconds from now, as `clock` does, and watch the parts in the context."""
        self.clusters.begin(after=lead)
        async with self.ends.watching():
            yield self

    def events(self, *, every: float = EVERY) -> AsyncGenerator[Event]:
        """What happens, as rows of the history: from the beginning, for as long as they are asked for. every: seconds
        between two looks."""
        return follow(
            self.clusters,
            self.service,
            nemesis=lambda: self.nemesis_log.actions,
            ends=lambda: self.ends.rows,
            every=every,
        )
