"""What a run leaves out of a scenario, and the reasons the journal gives: what the world or the design cannot do,
and arrivals that found no share."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from connector.values import replace
from harness.run.offered import NOT_OFFERED
from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.nemesis import steps_of
from harness.scenario.nemesis_kinds import CLUSTER_KINDS, NemesisKind, NemesisStep
from harness.scenario.receivers import NoticeChannel
from harness.scenario.remark import Remark, Severity
from harness.scenario.scenario import Scenario, WorkloadKind
from harness.scenario.service import Design
from harness.scenario.service_spec import ServiceKind
from harness.scenario.store_kind import StoreKind
from harness.toxics.links import covers
from harness.world_name import WorldName

__all__ = [
    "deliveries_without_spool",
    "foreseen",
    "skipped_arrivals",
    "stand_in_gateway",
    "stand_in_store",
    "unjudged_gates",
    "unreachable_parts",
    "unsupported_deliveries",
    "unsupported_faults",
    "unsupported_receivers",
    "unsupported_steps",
    "unsupported_store_faults",
    "unsupported_toxics",
]

_LACKING: Mapping[WorkloadKind, str] = {
    WorkloadKind.DELETE: "no active share to delete yet",
    WorkloadKind.RESIZE: "no active share to resize yet",
    WorkloadKind.RECREATE: "no removed share whose name is free yet (more deletes, or a longer load, give some)",
    WorkloadKind.PREMATURE: "no pending share yet",
    WorkloadKind.ALLOW: "no active share to give access to yet",
    WorkloadKind.DENY: "no share yet to which a client was given access",
    WorkloadKind.SNAPSHOT_CREATE: "no active share without a snapshot yet",
    WorkloadKind.SNAPSHOT_DELETE: "no active share with a snapshot yet",
    WorkloadKind.VERIFY: "no active share to verify yet",
    WorkloadKind.CANCEL: "no pending share to cancel yet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Able:
    """What there is in a world; a test holds it to what the worlds say that they skipped.

    fakes: clusters that break as the scenario says.
    """

    fakes: bool = True
    relays: bool = False
    spool_faults: bool = False
    store_faults: bool = False
    clocks: bool = False
    failpoints: bool = False
    servers: bool = False


_WORLDS: Mapping[WorldName, _Able] = {
    WorldName.LIVE: _Able(relays=True, failpoints=True, servers=True),
    WorldName.REAL: _Able(relays=True, fakes=False, failpoints=True, servers=True),
    WorldName.VIRTUAL: _Able(relays=True, spool_faults=True, store_faults=True, clocks=True, failpoints=True),
    WorldName.VIRTUAL_SSH: _Able(relays=True, spool_faults=True, store_faults=True, clocks=True, failpoints=True),
    WorldName.MODEL: _Able(relays=True, spool_faults=True, store_faults=True, clocks=True, failpoints=True),
}
_WITHOUT_SSH = frozenset({WorldName.VIRTUAL, WorldName.MODEL})
_OF_SERVERS = frozenset(kind for kind in NemesisKind if kind.strikes_servers)
_OF_PROCESSES = frozenset({NemesisKind.KILL, NemesisKind.TERMINATE, NemesisKind.PAUSE})


def unsupported_steps(
    steps: Iterable[NemesisStep], kinds: Callable[[str], frozenset[NemesisKind]], *, has_failpoints: bool, world: str
) -> Mapping[NemesisStep, str]:
    """The nemesis steps that this world cannot carry out, each with what the journal notes of it.

    kinds: what can be done to a target. has_failpoints: whether a process can be killed at a crash point.
    """
    return {
        step: f"{step.label}{f' at {step.selector.site}' if step.selector.site else ''}: "
        f"skipped: not supported in the {world} world"
        for step in steps
        if step.kind not in kinds(step.selector.target) or (step.selector.site is not None and not has_failpoints)
    }


def unsupported_faults(scenario: Scenario, world: str) -> list[str]:
    """A note for each fault, for a world whose clusters are not fake."""
    return [f"fault {rule.label!r}: skipped: not supported in the {world} world" for rule in scenario.faults]


def unsupported_deliveries(scenario: Scenario, world: str) -> list[str]:
    """A note for each delivery rule, for a world that cannot interfere with the spool."""
    if scenario.design != Design.SPOOL:
        return []
    return [f"delivery {rule.label!r}: skipped: not supported in the {world} world" for rule in scenario.deliveries]


def unsupported_store_faults(scenario: Scenario, world: str) -> list[str]:
    """A note for each fault of the store, for a world or a service whose transactions nobody can interfere with."""
    where = f"in the {world} world" if scenario.design == Design.SPOOL else f"with the design {scenario.design}"
    return [f"store fault {rule.label!r}: skipped: not supported {where}" for rule in scenario.store_faults]


def deliveries_without_spool(scenario: Scenario) -> list[str]:
    """A note for each delivery rule, for a design that has no messages."""
    design = scenario.design
    if design == Design.SPOOL:
        return []
    what = f"the {design} design" if scenario.service is None else f"a service of kind {design!r}"
    return [f"delivery {rule.label!r}: skipped: {what} has no spool" for rule in scenario.deliveries]


def unsupported_receivers(scenario: Scenario) -> list[str]:
    """A note for each rule of receivers to whom nothing comes: nobody is notified, or nobody by mail."""
    pipeline = scenario.pipeline
    if pipeline is None or not pipeline.notifier.enabled:
        return [f"receiver rule {rule.label!r}: skipped: nobody is notified" for rule in scenario.receivers]
    if pipeline.notifier.mail.host is not None:
        return []
    mailed = [rule for rule in scenario.receivers if rule.selector.by is NoticeChannel.MAIL]
    return [f"receiver rule {rule.label!r}: skipped: no `pipeline.notifier.mail.host` is named" for rule in mailed]


def unreachable_parts(scenario: Scenario) -> list[str]:
    """A note for a service that runs elsewhere."""
    if scenario.kind is not ServiceKind.URL:
        return []
    return ["the service runs elsewhere: no part of it could be killed or paused, so crashes of it were not tried"]


def unsupported_toxics(scenario: Scenario, links: Collection[str], world: str) -> list[str]:
    """A note for each toxic on a link without a relay. links: those that have one."""
    return [
        f"toxic {rule.label!r} on {rule.selector.link}: skipped: not supported in the {world} world"
        for rule in scenario.toxics
        if not any(covers(rule.selector.link, link) for link in links)
    ]


def skipped_arrivals(
    skipped: Mapping[WorkloadKind, int], not_offered: Collection[WorkloadKind] = frozenset()
) -> list[str]:
    """A note for arrivals that were skipped, because no share was available or the service does not offer them.

    skipped: how many, by kind.
    """
    return [
        f"{count} {kind} skipped: "
        + (NOT_OFFERED if kind in not_offered else _LACKING.get(kind, "no create to repeat yet"))
        for kind, count in skipped.items()
    ]


def stand_in_gateway(scenario: Scenario, world: WorldName) -> list[str]:
    """A note for a real gateway, for a world that has only the built-in one."""
    kind = scenario.gateway_kind
    if world.has_wall_clock or kind in {None, GatewayKind.BUILTIN}:
        return []
    return [f"{kind}: not in the {world} world; the built-in gateway takes its place, with the same timeouts"]


def unjudged_gates(scenario: Scenario) -> Mapping[int, str]:
    """Gates of gateways that this run does not go through: their places, and a note for each."""
    judged, kind = scenario.gates_here, scenario.gateway_kind or "no gateway"
    return {
        index: f"gate `{gate.expression}`: not judged, since clients go through {kind}"
        for index, gate in enumerate(scenario.gates)
        if gate not in judged
    }


def stand_in_store(scenario: Scenario, world: WorldName) -> list[str]:
    """A note for a store that has a server, for a world without one."""
    if world.has_wall_clock or scenario.store is StoreKind.SQLITE or scenario.service is not None:
        return []
    return [f"{scenario.store}: not in the {world} world; the embedded store takes its place"]


def _stand_ins(scenario: Scenario, world: WorldName) -> Iterator[Remark]:
    """What another program takes the place of, and the gates that are not judged therefore."""
    for words in stand_in_gateway(scenario, world):
        yield Remark(key=("gateway", "kind"), reason=words, severity=Severity.NOTE)
    for index, words in unjudged_gates(scenario).items():
        yield Remark(key=("gates", index), reason=words, severity=Severity.NOTE)
    for words in stand_in_store(scenario, world):
        yield Remark(key=("store",), reason=words, severity=Severity.NOTE)
    yield from _unseen_logins(scenario, world)


def foreseen(scenario: Scenario, world: WorldName) -> Iterator[Remark]:
    """What this world will leave out of the scenario, before it runs, in the words that the journal will have."""
    able = _WORLDS[world]
    yield from _stand_ins(scenario, world)
    processes = _OF_PROCESSES | ({NemesisKind.SKEW} if able.clocks else frozenset())
    of_clusters = _of_clusters(scenario) if able.fakes else frozenset()
    of_servers = _OF_SERVERS if able.servers else frozenset()
    kinds = {cluster.name: of_clusters for cluster in scenario.clusters}
    kinds |= dict.fromkeys(scenario.servers, of_servers)
    for index, step in enumerate(steps_of(scenario)):
        unsupported = unsupported_steps(
            [step],
            lambda target: kinds.get(target, processes),
            has_failpoints=able.failpoints,
            world=world,
        )
        yield from (_remark(words, "nemesis", index) for words in unsupported.values())
    if not able.fakes:
        for index, fault in enumerate(scenario.faults):
            only = replace(scenario, faults=(fault,))
            yield from (_remark(words, "faults", index) for words in unsupported_faults(only, world))
    if not able.spool_faults:
        for index, delivery in enumerate(scenario.deliveries):
            only = replace(scenario, deliveries=(delivery,))
            yield from (_remark(words, "deliveries", index) for words in unsupported_deliveries(only, world))
    if not able.store_faults or scenario.design != Design.SPOOL:
        for index, store_fault in enumerate(scenario.store_faults):
            only = replace(scenario, store_faults=(store_fault,))
            yield from (_remark(words, "store_faults", index) for words in unsupported_store_faults(only, world))
    yield from _unheard(scenario)
    if not able.relays:
        for index, toxic in enumerate(scenario.toxics):
            only = replace(scenario, toxics=(toxic,))
            yield from (_remark(words, "toxics", index) for words in unsupported_toxics(only, (), world))


def _unheard(scenario: Scenario) -> Iterator[Remark]:
    for index, rule in enumerate(scenario.receivers):
        only = replace(scenario, receivers=(rule,))
        yield from (_remark(words, "receivers", index) for words in unsupported_receivers(only))


def _of_clusters(scenario: Scenario) -> frozenset[NemesisKind]:
    """What can be done to fake ones: only a processor of ours keeps to what an operator says."""
    holds = scenario.service is None and scenario.design == Design.SPOOL
    return CLUSTER_KINDS if holds else CLUSTER_KINDS - {NemesisKind.HOLD}


def _unseen_logins(scenario: Scenario, world: WorldName) -> Iterator[Remark]:
    for cluster in scenario.clusters if world in _WITHOUT_SSH else ():
        if cluster.login.banner or cluster.login.motd:
            reason = f"there is no SSH in the {world} world, so that nobody sees it"
            yield Remark(key=("clusters", cluster.name, "login"), reason=reason, severity=Severity.NOTE)


def _remark(words: str, table: str, index: int) -> Remark:
    return Remark(key=(table, index), reason=f"{words}: the verdict will be unknown")
