"""Exploring with faults: drawing, moving, simplifying and describing them."""

from collections.abc import Iterable, Iterator
from typing import Any

from connector.operations import Capability, Verb
from connector.values import replace
from fake_clusters.faults import FAULTS
from fake_clusters.faults.fault import FaultKind
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import CallSelector
from fake_clusters.plans import CommandPlan, EffectPlan
from fake_clusters.rules.rule import Window
from fake_clusters.server.dialects import dialect_named
from fake_clusters.spec import ClusterSpec
from harness.explore.draw import Draw
from harness.explore.parameters import drawn_parameters, shrink_parameters
from harness.explore.rounding import rounder
from harness.world_name import WorldName

__all__ = ["describe_fault", "draw_fault", "move_fault", "simplify_fault"]

_SENT = (Verb.CREATE, Verb.RESIZE, Verb.DELETE, Verb.SHOW)
"""The commands that the pipeline sends, and so those that a fault can apply to."""

_SELDOM = frozenset({Verb.RESIZE, Verb.DELETE})
"""Few are sent, and late in the load: a fault that waits for one from a drawn instant on mostly meets none."""

_CALLS = ((1,), (1,), (2,), (1, 2), (2, 3))
"""Which commands of one kind for one share are struck, where not the first of a cluster are: the first one most often,
or a later one, or two in a row, so that two of them can be late at once."""


def _effect_of(kind: FaultKind) -> tuple[EffectPlan, bool]:
    """On the cluster's state: which effect a command has, and whether later than its answer."""
    plan = kind.apply(CommandPlan(), kind.parameters())
    assert isinstance(plan, CommandPlan)
    return plan.effect, plan.effect_delay > 0


def _alike(kinds: Iterable[FaultKind]) -> tuple[tuple[FaultKind, ...], ...]:
    found: dict[tuple[EffectPlan, bool], list[FaultKind]] = {}
    for kind in kinds:
        found.setdefault(_effect_of(kind), []).append(kind)
    return tuple(map(tuple, found.values()))


_ANY = tuple(FAULTS.values())
_AMBIGUOUS = _alike(kind for kind in _ANY if kind.ambiguous and kind.plan is CommandPlan)
"""Drawn more often: what is hard is not to know. Those that do the same to the cluster's state are much alike."""

_PROBABILITIES = (0.25, 0.5, 1.0)
"""Of a fault that lasts."""

_FENCES = 3.0
"""A cluster that refuses what was overtaken may be late by so many times what a command may take."""

_ANY_DEADLINE = 1.0
"""Seconds. An effect that is later than a service's own deadline is more than it can reckon with, and the deadline of
somebody else's service is not known."""

_FEW = 4
"""Calls: where that many have to be affected, their number does not matter."""


def draw_fault(draw: Draw) -> FaultRule:
    """A fault of a command most often."""
    kind = draw.one_of(draw.one_of(_AMBIGUOUS) if draw.u01() < 0.5 else _ANY)
    cluster = draw.cluster()
    begins = draw.instant()
    label = f"{kind.name}-{draw.number(100, 999)}"
    parameters = _parameters(kind, cluster, draw)
    selector = CallSelector(clusters=(cluster.name,))
    if kind.standing:
        window = Window(begins=begins, ends=round(begins + draw.seconds(0.2, 2.0), 2))
    else:
        selector, window = _of_calls(kind, selector, begins, draw)
    return FaultRule(kind=kind, label=label, selector=selector, window=window, parameters=parameters)


def _of_calls(kind: FaultKind, every: CallSelector, begins: float, draw: Draw) -> tuple[CallSelector, Window]:
    if kind.plan is CommandPlan:
        verbs = tuple(verb for verb in kind.verbs or _SENT if verb in _SENT) or kind.verbs
        verb = draw.one_of(verbs)
        every = replace(every, verbs=(verb,))
        if verb in _SELDOM and not draw.gathers and draw.u01() < 0.5:
            begins = 0.0
    # The window is open to the end, where what counts is the first call from an instant on, or that of each share.
    window = Window(begins=begins, ends=draw.base.workload.duration + 1.0)
    u = draw.u01()
    if u < 0.5:
        return replace(every, first=draw.number(1, 3)), window
    if u < 0.75 and kind.plan is CommandPlan:
        return replace(every, attempts=draw.one_of(_CALLS)), window
    ends = round(begins + draw.seconds(0.5, window.ends), 2)
    chosen = replace(every, probability=draw.one_of(_PROBABILITIES))
    return chosen, replace(window, ends=min(ends, window.ends))


def _parameters(kind: FaultKind, cluster: ClusterSpec, draw: Draw) -> Any:
    """A late effect comes after every fence where the cluster can refuse what is too old, and before it elsewhere."""
    command = draw.settings.command
    longest = command.command + command.skew
    if kind.plan is not CommandPlan:
        return drawn_parameters(kind.parameters, draw, longest=longest)
    if draw.world is WorldName.LIVE and draw.base.service is not None:
        _, is_late = _effect_of(kind)
        if is_late:
            return drawn_parameters(kind.parameters, draw, longest=_ANY_DEADLINE, unheard=_ANY_DEADLINE / 2)
        return drawn_parameters(kind.parameters, draw, longest=longest)
    if _refuses_old(cluster):
        return drawn_parameters(kind.parameters, draw, longest=_FENCES * (command.total + command.skew))
    return drawn_parameters(kind.parameters, draw, longest=longest, unheard=command.command)


def _refuses_old(cluster: ClusterSpec) -> bool:
    """Whether it tells a command that is too old from a newer one."""
    carried = dialect_named(cluster.dialect).capabilities
    return Capability.SEQUENCE in (carried if cluster.capabilities is None else carried & cluster.capabilities)


def move_fault(rule: FaultRule, draw: Draw) -> FaultRule:
    """To another instant."""
    begins, window = draw.instant(), rule.window
    ends = round(begins + (window.ends - window.begins), 2) if rule.kind.standing else window.ends
    return replace(rule, window=Window(begins=begins, ends=ends))


def simplify_fault(rule: FaultRule) -> Iterator[FaultRule]:
    """The first call alone, or the first few, or every call; parameters nearer to the defaults; rounder instants."""
    chosen = rule.selector
    if not rule.kind.standing:
        for first in range(1, chosen.first or _FEW):
            yield replace(rule, selector=replace(chosen, first=first, attempts=(), probability=1.0))
        yield replace(rule, selector=replace(chosen, probability=1.0))
        yield from (replace(rule, selector=replace(chosen, attempts=(call,))) for call in chosen.attempts)
    late = rule.kind.plan is CommandPlan
    yield from (replace(rule, parameters=milder) for milder in shrink_parameters(rule.parameters, late=late))
    yield from rounder(rule)


def describe_fault(rule: FaultRule) -> str:
    chosen = rule.selector
    first = "" if chosen.first is None else f", the first {chosen.first} only" if chosen.first > 1 else ", once"
    verbs = f" of {' or '.join(chosen.verbs)}" if chosen.verbs else ""
    calls = f", call {' and '.join(map(str, chosen.attempts))} of each share" if chosen.attempts else ""
    place = " and ".join(chosen.clusters) or "every cluster"
    return f"from {rule.window.begins:g} s: {rule.kind}{verbs} at {place}{calls}{first}"
