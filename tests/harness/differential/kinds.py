"""One small scenario for each kind of fault, toxic, nemesis action and delivery, in which it strikes."""

from collections.abc import Mapping
from typing import Any

from connector.chance import Chance
from connector.operations import Verb
from connector.values import replace
from fake_clusters.distributions.constant import Constant
from fake_clusters.distributions.lognormal import Lognormal
from fake_clusters.faults import FAULTS
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import CallSelector
from fake_clusters.plans import CommandPlan, CutHow
from fake_clusters.profile import LoginPhase
from fake_clusters.rules.rule import ALWAYS, NoParameters, Window
from harness.scenario.deliveries import Delay, DeliveryKind, DeliveryRule
from harness.scenario.nemesis_kinds import (
    NemesisKind,
    NemesisStep,
    add_share,
    crash,
    disconnect,
    hold,
    kill,
    pause,
    remove_share,
    skew,
    terminate,
)
from harness.scenario.scenario import Scenario, WorkloadKind
from harness.scenario.service_fault import CountedSelector
from harness.scenario.store_faults import StoreFaultKind, StoreFaultRule, StoreSelector
from harness.toxics import TOXICS
from harness.toxics.links import processor_link
from harness.toxics.rule import ToxicRule
from harness.toxics.toxic import LinkSelector
from tests.harness.model.scenes import cluster, scenario

__all__ = [
    "calm",
    "combined",
    "with_all_operations",
    "with_delivery",
    "with_fault",
    "with_nemesis",
    "with_store_fault",
    "with_toxic",
    "without",
]

_PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "connection_reset": {"after": 0.7},
    "half_close": {"after": 0.7},
    "slow_service": {"factor": 4.0},
    "crash": {"down_for": 0.5},
    "drip": {"rate": 30.0},
    "oversized": {"extra": 5_000},
}
_SELECTORS: Mapping[str, CallSelector] = {
    "connection_reset": CallSelector(),
    "half_close": CallSelector(),
    "crash": CallSelector(every=12),
    "partial_effect": CallSelector(every=2),
}
_WINDOWS = {"refused": Window(begins=0.7, ends=2.5)}
_TOXICS: Mapping[str, Mapping[str, Any]] = {
    "limit_data": {"bytes": 6_000},
    "reset_peer": {"timeout": 0.7},
    "slow_accept": {"delay": 0.2},
    "slow_close": {"delay": 0.2},
    "timeout": {"timeout": 0.5},
}


def calm(**pipeline: object) -> Scenario:
    """Every phase of a login takes its time, and more connections are opened as the load comes."""
    north = cluster(
        create=Lognormal(median=0.2, p99=0.9),
        other=Lognormal(median=0.05, p99=0.3),
        login={phase: Constant(0.02) for phase in LoginPhase},
    )
    mix = {WorkloadKind.CREATE: 5.0, WorkloadKind.DELETE: 1.0, WorkloadKind.RESIZE: 1.0, WorkloadKind.DUPLICATE: 1.0}
    command = {"connections": 4, "sessions": 1, "command": "2s", "login": "1500ms"}
    return scenario(north, rate=3.0, duration=6.0, mix=mix, pipeline={"command": command, **pipeline})


def with_fault(name: str) -> Scenario:
    """Every third command or second connection meets it; a standing one is on for a while."""
    kind = FAULTS[name]
    some = CallSelector(every=3 if kind.plan is CommandPlan else 2)
    usual = CallSelector() if kind.standing or kind.verbs == (Verb.LIST,) else some
    rule = FaultRule(
        label=name,
        kind=kind,
        parameters=kind.parameters(**_PARAMETERS.get(name, {})),
        selector=_SELECTORS.get(name, usual),
        window=_WINDOWS.get(name, Window(begins=2.0, ends=4.0) if kind.standing else ALWAYS),
    )
    base = _often_swept() if kind.verbs == (Verb.LIST,) else calm()
    return replace(base, faults=(rule,), expect={name: 1})


def with_toxic(name: str) -> Scenario:
    """On the way to the cluster, from before the first connection until the load ends."""
    kind = TOXICS[name]
    rule = ToxicRule(
        label=name,
        kind=kind,
        parameters=kind.parameters(**_TOXICS.get(name, {})),
        selector=LinkSelector(link=processor_link("north")),
    )
    opens = name == "slow_accept"  # only who opens a connection meets it
    rule = replace(rule, window=Window(begins=2.0, ends=4.0)) if kind.stops and not opens else rule
    base = _with_ends() if name == "slow_close" else calm()
    return replace(base, toxics=(rule,), expect={name: 1})


def without(disturbed: Scenario) -> Scenario:
    """The same, but for what it expects."""
    faults = tuple(rule for rule in disturbed.faults if rule.label not in disturbed.expect)
    return replace(disturbed, faults=faults, toxics=(), nemesis=(), deliveries=(), store_faults=(), expect={})


def _often_swept() -> Scenario:
    """Lists are asked for while shares come: what a list lacks is asked for by name."""
    return calm(sweeper={"every": 0.5})


def _with_ends() -> Scenario:
    """Connections that the cluster closes."""
    kind = FAULTS["disconnect_after"]
    how = kind.parameters(how=CutHow.CLOSE)
    return replace(calm(), faults=(FaultRule(label="ends", kind=kind, parameters=how, selector=CallSelector(every=3)),))


def with_nemesis(kind: NemesisKind, target: str, *, wipe: bool = False) -> Scenario:
    """From 2 to 3 seconds."""
    step = _step(kind, target, at=2.0, duration=1.0, wipe=wipe)
    return replace(calm(), nemesis=(step,), expect={kind.value: 1})


def _step(kind: NemesisKind, target: str, *, at: float, duration: float, wipe: bool) -> NemesisStep:
    match kind:
        case NemesisKind.KILL:
            return kill(target, at=at, duration=duration)
        case NemesisKind.TERMINATE:
            return terminate(target, at=at, duration=duration)
        case NemesisKind.PAUSE:
            return pause(target, at=at, duration=duration)
        case NemesisKind.CRASH:
            return crash(target, at=at, duration=duration, wipe=wipe)
        case NemesisKind.SKEW:
            return skew(target, at=at, duration=duration, offset=0.2)
        case NemesisKind.DISCONNECT:
            return disconnect(target, at=at)
        case NemesisKind.HOLD:
            return hold(target, at=at, duration=duration)
        case NemesisKind.ADD_SHARE:
            return add_share(target, at=at)
        case NemesisKind.REMOVE_SHARE:
            return remove_share(target, at=at)


def with_delivery(kind: DeliveryKind) -> Scenario:
    """Every third message."""
    parameters = Delay(delay=0.7) if kind.comes else NoParameters()
    rule = DeliveryRule(label=kind.value, kind=kind, selector=CountedSelector(every=3), parameters=parameters)
    return replace(calm(), deliveries=(rule,), expect={kind.value: 1})


def with_store_fault(kind: StoreFaultKind) -> Scenario:
    """Every sixth transaction."""
    rule = StoreFaultRule(label=kind.value, kind=kind, selector=StoreSelector(every=6), parameters=kind.parameters())
    return replace(calm(), store_faults=(rule,), expect={kind.value: 1})


def with_all_operations() -> Scenario:
    """Arrivals of each kind, of two tenants, some of them ahead of others."""
    played = calm()
    often = (WorkloadKind.CREATE, WorkloadKind.ALLOW, WorkloadKind.SNAPSHOT_CREATE)
    mix = dict.fromkeys(WorkloadKind, 1.0) | dict.fromkeys(often, 5.0)
    tenants = {"research": 1.0, "sales": 2.0}
    load = replace(played.workload, rate=12.0, duration=10.0, mix=mix, tenants=tenants, priorities=(0, 1))
    return replace(played, workload=load)


def combined(seed: int) -> Scenario:
    """Two to four of the kinds that every world plays, drawn by the seed: faults now and then, and a nemesis."""
    draw = Chance(seed, "combination")
    names = [*FAULTS, *_ACTIONS * 4]
    chosen = {names[int(draw.u01(number) * len(names))]: number for number in range(2 + int(draw.u01(0) * 3))}
    faults = tuple(_now_and_then(name, draw.u01(number, 1)) for name, number in chosen.items() if name in FAULTS)
    actions = [(name, draw.u01(number, 1), draw.u01(number, 2)) for name, number in chosen.items() if name in _ACTIONS]
    steps = sorted((_action(*action) for action in actions), key=lambda step: step.window.begins)
    return replace(calm(), faults=faults, nemesis=tuple(steps))


_ACTIONS = [
    "kill processor",
    "kill api",
    "kill gateway",
    "pause processor",
    "pause api",
    "pause gateway",
    "crash north",
    "crash north wiped",
]


def _now_and_then(name: str, share: float) -> FaultRule:
    (rule,) = with_fault(name).faults
    if rule.kind.standing:
        return rule
    return replace(rule, selector=CallSelector(probability=0.1 + 0.4 * share))


def _action(words: str, when: float, how_long: float) -> NemesisStep:
    kind, target, *wiped = words.split()
    at, duration = round(1.0 + 4.0 * when, 3), round(0.3 + 2.0 * how_long, 3)
    return _step(NemesisKind(kind), target, at=at, duration=duration, wipe=bool(wiped))
