"""Builds a virtual world around a scenario: clusters, network, disk, the pipeline's parts on their hosts."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from connector.clock import steady_clock
from connector.targets import Target
from fake_clusters.farm import Farm
from harness.collect.clock import RunClock
from harness.run.clusters import Clusters
from harness.run.hops import commander_of, limits_of
from harness.run.world import World
from harness.scenario.roles import Role, is_processor, role_of
from harness.scenario.scenario import Scenario
from harness.scenario.spool_kind import SpoolKind
from harness.servers.receiver_faults import receiver_faults
from harness.service.client import open_over_http
from harness.service.environment import Environment
from harness.service.reference import (
    CallFailpoints,
    DeliveryFaults,
    MemoryBroker,
    MemoryStore,
    NoticeLog,
    Overrides,
    PipelineSettings,
    ReferenceService,
    StoreFaults,
    notifying,
    read_gateway_line,
    run_part,
    settings_of,
    url_of,
)
from harness.toxics.links import CLIENT_GATEWAY, GATEWAY_API, covers, link_names
from harness.toxics.relays import relayed
from harness.virtual.direct.transport import DirectSsh
from harness.virtual.direct_http import DirectHttp
from harness.virtual.disk import MemoryDisk
from harness.virtual.entropy import STORE, keyed_entropy
from harness.virtual.hosts import NOWHERE
from harness.virtual.inboxes import Inboxes, open_inboxes
from harness.virtual.logged_errors import logged_errors
from harness.virtual.loop import running_loop
from harness.virtual.memory_http import MemoryHttp
from harness.virtual.network import Network
from harness.virtual.part import HostResource, VirtualPart
from harness.virtual.parts import MakePart, open_parts
from harness.virtual.service_calls import ServiceCalls
from harness.virtual.transports import HttpTransport, SshTransport
from harness.world_name import WorldName
from reports.history import Hop

__all__ = ["VirtualConfig", "open_virtual_world"]

_HTTP = 80
_BROKER = "nats://broker:4222"
"""Of a broker that is not asked by its URL."""
_KEYS = Path("keys")
"""Of a directory that no front here asks for."""
_PATIENCE = 10.0
"""Seconds for one answer of the API to the harness itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualConfig:
    """How a virtual world is made; see `VirtualRunner`.

    model: clients call the service in place of asking it over HTTP, and its store is in memory, as in a model world.
    """

    model: bool = False
    ssh: bool = False
    http: bool = False
    overrides: Mapping[str, Overrides] = field(default_factory=dict)
    skews: Mapping[str, float] = field(default_factory=dict)
    latency: float = 0.0
    sampled: bool = True
    logs: Path | None = None


@asynccontextmanager
async def open_virtual_world(
    scenario: Scenario, *, seed: int, config: VirtualConfig = VirtualConfig()
) -> AsyncIterator[World]:
    """Bring a world up on the running virtual loop, over its network; take it down when the context ends."""
    loop = running_loop()
    net = loop.net
    assert isinstance(net, Network), "the loop of a virtual world has a network"
    try:
        async with _opened(scenario, seed, net, config) as world:
            yield world
    finally:
        net.close()
        loop.close_all()


def _opened(scenario: Scenario, seed: int, net: Network, config: VirtualConfig) -> AbstractAsyncContextManager[World]:
    if scenario.service is None:
        return _world(scenario, seed, net, config)
    from harness.virtual.hosted.world import open_hosting_world  # with asyncssh, which no other run needs

    return open_hosting_world(scenario, seed=seed, net=net, skews=config.skews, logs=config.logs)


@asynccontextmanager
async def _world(scenario: Scenario, seed: int, net: Network, config: VirtualConfig) -> AsyncIterator[World]:
    ssh, http = _transports(scenario, net, config, seed)
    with MemoryDisk() as disk, logged_errors() as errors:
        async with (
            Farm(scenario.clusters, scenario.faults, keys=_KEYS, seed=seed, begun=False, fronts=ssh.open_front) as farm,
            relayed(scenario.toxics, seed=seed) as relays,
        ):
            targets = [await relays.to_cluster(target) for target in farm.targets()]
            memory = _memory(seed, ssh) if config.model else None
            passed_on: list[str] = []
            broker = MemoryBroker()
            environment = _environments(
                targets, disk, memory, broker, ssh=ssh, http=http, seed=seed, passed_on=passed_on
            )
            failpoints = CallFailpoints(run_outside=NOWHERE.run)
            spool_faults = DeliveryFaults(scenario.deliveries, seed=seed)
            store_faults = StoreFaults(scenario.store_faults, seed=seed)
            overrides = _overrides(scenario, config, failpoints, spool_faults, store_faults)
            make = _maker(config, environment, (net, disk, ssh, http), overrides, failpoints)
            to_api = partial(relays.through_url, GATEWAY_API)
            async with (
                open_inboxes(scenario, http) as inboxes,
                open_parts(_settings(scenario, seed, inboxes), make, on_the_way=to_api) as parts,
                http.open_http(url_of(parts[Role.API]), connect=_PATIENCE, patience=_PATIENCE) as api,
            ):
                notices = await inboxes.register(NoticeLog(api))
                # No lead: the load begins at the virtual instant at which all stands, so that no digit is lost.
                clock = RunClock.starting_in(0.0, steady_clock(running_loop()))
                service = ReferenceService(
                    parts,
                    api,
                    clock,
                    commander=commander_of(scenario.design),
                    notices=notices,
                    cancels=settings_of(scenario).api.cancel_pending,
                    call=http.store(url_of(parts[Role.API]), patience=_PATIENCE)
                    if isinstance(http, ServiceCalls)
                    else None,
                )
                world = World(
                    name=WorldName.MODEL if config.model else WorldName.VIRTUAL,
                    scenario=scenario,
                    seed=seed,
                    clock=clock,
                    clusters=Clusters(farm, scenario.faults),
                    service=service,
                    open_client=http.clients(service.api)
                    if isinstance(http, ServiceCalls)
                    else open_over_http(http.open_http, service.api, numbered=_passes_on_again(scenario)),
                    open_http=http.open_http,
                    relays=relays,
                    failpoints=failpoints,
                    # Nobody but a processor takes messages.
                    spool_faults=spool_faults.matches if Role.PROCESSOR in parts else None,
                    store_faults=store_faults.matches if Role.PROCESSOR in parts else None,
                    gateway_log=lambda: [row for line in passed_on if (row := read_gateway_line(line)) is not None],
                    internal_errors=lambda: errors,
                    receivers=inboxes.receivers,
                    receiver_faults=receiver_faults(scenario.receivers, inboxes.receivers),
                )
                async with world.standing(lead=0.0):
                    yield world


def _transports(
    scenario: Scenario, net: Network, config: VirtualConfig, seed: int
) -> tuple[SshTransport, HttpTransport]:
    """Direct calls, except where real bytes are asked for or a toxic needs them."""
    links = link_names(cluster.name for cluster in scenario.clusters)
    bytewise = {link for link in links if any(covers(rule.selector.link, link) for rule in scenario.toxics)}
    of_http = {CLIENT_GATEWAY, GATEWAY_API}
    ssh: SshTransport = DirectSsh(net.partitions, seed=seed)
    if config.ssh or bytewise - of_http:
        from harness.virtual.ssh.transport import MemorySsh  # with asyncssh, which most runs do not need

        ssh = MemorySsh(net, seed=seed)
    http: HttpTransport
    if config.http or bytewise & of_http:
        http = MemoryHttp()
    elif config.model:
        answers_at_once = commander_of(scenario.design) is Hop.PROCESSOR
        http = ServiceCalls(net.partitions, latency=config.latency, answers_at_once=answers_at_once)
    else:
        http = DirectHttp(net.partitions, latency=config.latency)
    return ssh, http


def _overrides(
    scenario: Scenario,
    config: VirtualConfig,
    failpoints: CallFailpoints,
    spool_faults: DeliveryFaults,
    store_faults: StoreFaults,
) -> Mapping[str, Overrides]:
    """What was asked for, and around it what the scenario needs; a run without has nothing in its way."""

    def of(part: str) -> Overrides:
        behaviour = config.overrides.get(role_of(part), Overrides())
        if scenario.store_faults:
            behaviour = store_faults.around(behaviour)
        if scenario.deliveries and is_processor(part):
            behaviour = spool_faults.around(behaviour)
        if any(step.selector.site for step in scenario.nemesis):
            behaviour = failpoints.around(part, behaviour)
        return behaviour

    return {part: of(part) for part in scenario.parts}


def _maker(
    config: VirtualConfig,
    environment: Callable[[str], Environment],
    resources: Sequence[HostResource],
    overrides: Mapping[str, Overrides],
    failpoints: CallFailpoints,
) -> MakePart:
    def make(part: str, settings: PipelineSettings) -> VirtualPart:
        def live(life: str) -> AbstractAsyncContextManager[str | None]:
            return run_part(role_of(part), settings, environment(life), overrides[part])

        made = VirtualPart(part, live, resources=resources, skew=config.skews.get(part, 0.0))
        failpoints.kills(part, made.kill)
        return made

    return make


def _passes_on_again(scenario: Scenario) -> bool:
    """Whether the gateway may: then it writes down when it did."""
    return settings_of(scenario).gateway.tries > 1


def _settings(scenario: Scenario, seed: int, inboxes: Inboxes) -> PipelineSettings:
    """Each part has a host, and so all ports, to itself; a fixed one is found again after a restart."""
    given = notifying(settings_of(scenario), inside="10.0.0.0/8", mail=inboxes.mail)
    gateway = {
        "port": _HTTP,
        "total": limits_of(scenario)["gateway"],
        "access_log": Path("gateway.log") if _passes_on_again(scenario) else None,
    }
    return given.model_copy(
        update={
            "store": Path("pipeline.db"),
            "spool": None if scenario.spool is SpoolKind.STORE else _BROKER,
            "targets": Path("clusters.json"),
            "processor": given.processor.model_copy(update={"seed": seed}),
            "api": given.api.model_copy(update={"port": _HTTP}),
            "gateway": given.gateway.model_copy(update=gateway),
        }
    )


def _memory(seed: int, ssh: SshTransport) -> MemoryStore:
    loop = running_loop()
    return MemoryStore(
        loop.unix_time,
        loop.settled,
        entropy=keyed_entropy(seed, STORE),
        bytewise=not isinstance(ssh, DirectSsh),
    )


def _environments(
    targets: list[Target],
    disk: MemoryDisk,
    memory: MemoryStore | None,
    broker: MemoryBroker,
    *,
    ssh: SshTransport,
    http: HttpTransport,
    seed: int,
    passed_on: list[str],
) -> Callable[[str], Environment]:
    """What one life of a process runs on. passed_on: what the gateway writes down is put there."""

    def environment(life: str) -> Environment:
        return Environment(
            life=life,
            targets=targets,
            open_connectors=ssh.open_connectors,
            open_database=disk.open,
            serve_http=http.serve,
            forward=http.forward,
            entropy=keyed_entropy(seed, life),
            store_entropy=keyed_entropy(seed, STORE),
            open_access_log=lambda _: nullcontext(passed_on.append),
            open_store=None if memory is None else memory.open_store,
            open_broker=lambda urls, store: nullcontext(broker),
            open_upstream=http.upstream if isinstance(http, ServiceCalls) else None,
        )

    return environment
