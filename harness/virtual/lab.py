"""Builds a virtual world around a scenario: clusters, network, disk, the pipeline's parts on their hosts."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from connector.targets import Target
from fake_clusters.farm import Farm
from harness.courier import Courier, OpenCourier
from harness.play.clusters import Clusters
from harness.play.parts import Parts
from harness.scenario.scenario import Scenario
from harness.toxics.links import CLIENT_GATEWAY, GATEWAY_API, covers, link_names
from harness.toxics.relays import Relays, relayed
from harness.virtual.crash import CrashSites
from harness.virtual.direct.road import DirectClusters
from harness.virtual.disk import MemoryDisk
from harness.virtual.entropy import keyed_entropy
from harness.virtual.mail import RuledMail
from harness.virtual.network import Network
from harness.virtual.part import Kernel, VirtualPart
from harness.virtual.parts import MakePart, open_parts
from harness.virtual.roads import ClusterRoad, WebRoad
from harness.virtual.ssh.road import SshClusters
from harness.virtual.tcp import TcpWeb
from harness.virtual.web import Web
from pipeline.ground import Ground
from pipeline.seams import Seams
from pipeline.serve import Part
from pipeline.settings import PipelineSettings
from pipeline.store.sqlite import open_store

__all__ = ["Lab", "Setup", "open_lab"]

_HTTP = 80
_KEYS = Path("keys")
"""Of a directory that no front here asks for."""
_PATIENCE = 10.0
"""Seconds for one answer of the API to the harness itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How a virtual world is made; see `VirtualWorld`."""

    ssh: bool = False
    http: bool = False
    seams: Mapping[Part, Seams] = field(default_factory=dict)
    skews: Mapping[Part, float] = field(default_factory=dict)
    latency: float = 0.0
    sampled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """A world that stands. api: straight to the API. open_courier: how clients reach the gateway."""

    clusters: Clusters
    parts: Parts[VirtualPart]
    relays: Relays
    sites: CrashSites
    mail: RuledMail
    api: Courier
    open_courier: OpenCourier


@asynccontextmanager
async def open_lab(scenario: Scenario, net: Network, setup: Setup, *, seed: int) -> AsyncIterator[Lab]:
    """Bring a world up on a virtual loop with this network; take it down when the context ends."""
    clusters, web = _roads(scenario, net, setup, seed)
    fronts = clusters.open_front
    with MemoryDisk() as disk:
        async with (
            Farm(scenario.clusters, scenario.faults, keys=_KEYS, seed=seed, begun=False, fronts=fronts) as farm,
            relayed(scenario.toxics, seed=seed) as relays,
        ):
            targets = [await relays.to_cluster(target) for target in farm.targets()]
            ground = _grounds(targets, disk, clusters, web, seed)
            sites, mail = CrashSites(), RuledMail(scenario.deliveries, seed=seed)
            seams = _seams(scenario, setup, sites, mail)
            make = _maker(setup, ground, (net, disk, clusters, web), seams, sites)
            to_api = partial(relays.through_url, GATEWAY_API)
            async with (
                open_parts(_settings(scenario, seed), make, on_the_way=to_api) as parts,
                web.open_courier(parts.api_url, connect=_PATIENCE, patience=_PATIENCE) as api,
            ):
                yield Lab(
                    clusters=Clusters(farm, scenario.faults),
                    parts=parts,
                    relays=relays,
                    sites=sites,
                    mail=mail,
                    api=api,
                    open_courier=web.open_courier,
                )


def _roads(scenario: Scenario, net: Network, setup: Setup, seed: int) -> tuple[ClusterRoad, WebRoad]:
    """The short ways, except where every byte is asked for, or a toxic needs it."""
    links = link_names(cluster.name for cluster in scenario.clusters)
    bytewise = {link for link in links if any(covers(rule.link, link) for rule in scenario.toxics)}
    of_web = {CLIENT_GATEWAY, GATEWAY_API}
    by_ssh = bool(setup.ssh or bytewise - of_web)
    clusters: ClusterRoad = SshClusters(net, seed=seed) if by_ssh else DirectClusters(net.cuts, seed=seed)
    web: WebRoad = TcpWeb() if setup.http or bytewise & of_web else Web(net.cuts, latency=setup.latency)
    return clusters, web


def _seams(scenario: Scenario, setup: Setup, sites: CrashSites, mail: RuledMail) -> Mapping[Part, Seams]:
    """What was asked for, and around it what the scenario needs; a run without has nothing in its way."""
    seams = {part: setup.seams.get(part, Seams()) for part in Part}
    if scenario.deliveries:
        seams[Part.PROCESSOR] = mail.around(seams[Part.PROCESSOR])
    if any(step.site for step in scenario.nemesis):
        seams = {part: sites.around(behaviour) for part, behaviour in seams.items()}
    return seams


def _maker(
    setup: Setup,
    ground: Callable[[str], Ground],
    kernels: Sequence[Kernel],
    seams: Mapping[Part, Seams],
    sites: CrashSites,
) -> MakePart:
    def make(part: Part, settings: PipelineSettings) -> VirtualPart:
        made = VirtualPart(
            part,
            settings,
            ground=ground,
            kernels=kernels,
            seams=seams[part],
            skew=setup.skews.get(part, 0.0),
        )
        sites.kills(part, made.kill)
        return made

    return make


def _settings(scenario: Scenario, seed: int) -> PipelineSettings:
    """Each part has a host, and so all ports, to itself; a fixed one is found again after a restart."""
    given = scenario.pipeline
    return given.model_copy(
        update={
            "store": Path("pipeline.db"),
            "targets": Path("clusters.json"),
            "processor": given.processor.model_copy(update={"seed": seed}),
            "api": given.api.model_copy(update={"port": _HTTP}),
            "gateway": given.gateway.model_copy(update={"port": _HTTP}),
        }
    )


def _grounds(
    targets: list[Target], disk: MemoryDisk, clusters: ClusterRoad, web: WebRoad, seed: int
) -> Callable[[str], Ground]:
    """What one life of a process stands on."""

    def ground(life: str) -> Ground:
        return Ground(
            read_targets=lambda _: targets,
            open_connectors=clusters.open_connectors,
            open_store=partial(open_store, opener=disk.open, entropy=keyed_entropy(seed, "store")),
            serve_http=web.serve,
            open_upstream=web.upstream,
            entropy=keyed_entropy(seed, life),
            holder=lambda: life,
        )

    return ground
