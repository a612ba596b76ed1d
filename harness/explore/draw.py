"""Draws events: the n-th of a seed is a pure function of the scenario, the seed and n."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from connector.chance import Chance
from connector.operations import Capability, Verb
from connector.values import replace
from fake_clusters.faults import FAULTS
from fake_clusters.faults.fault import FaultKind
from fake_clusters.faults.rule import FaultRule, Selector
from fake_clusters.plans import CommandPlan, EffectPlan
from fake_clusters.server.dialects import dialect_named
from fake_clusters.spec import ClusterSpec
from harness.explore.parameters import drawn_parameters
from harness.explore.schedule import Event
from harness.scenario.deliveries import DeliveryKind, DeliveryRule
from harness.scenario.points import CrashPoint
from harness.scenario.scenario import NemesisKind, NemesisStep, Scenario
from harness.toxics import TOXICS
from harness.toxics.rule import ToxicRule
from pipeline.parts import Part

__all__ = ["Draw"]

Item = TypeVar("Item")

_ON_THE_WAY = (Verb.CREATE, Verb.RESIZE, Verb.DELETE, Verb.SHOW)
"""The commands that the pipeline gives, and so those that a fault can meet."""


def _what_it_does(kind: FaultKind) -> tuple[EffectPlan, bool]:
    """To the cluster's state: which effect a command has, and whether later than its answer."""
    plan = kind.apply(CommandPlan(), kind.parameters())
    assert isinstance(plan, CommandPlan)
    return plan.effect, plan.effect_delay > 0


def _alike(kinds: Iterable[FaultKind]) -> tuple[tuple[FaultKind, ...], ...]:
    found: dict[tuple[EffectPlan, bool], list[FaultKind]] = {}
    for kind in kinds:
        found.setdefault(_what_it_does(kind), []).append(kind)
    return tuple(map(tuple, found.values()))


_ANY = tuple(FAULTS.values())
_UNCLEAR = _alike(kind for kind in _ANY if kind.ambiguous and kind.plan is CommandPlan)
"""Drawn more often: what is hard is not to know. Those that do the same to the cluster's state are much alike."""

_SHARES = (0.25, 0.5, 1.0)
"""How many of all calls meet a fault that lasts."""

_FENCES = 3.0
"""A cluster that refuses what was overtaken may be late by so many times what a command may take."""

_NEAR = 0.5
"""Seconds between what is drawn to meet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Where and when troubles meet."""

    at: float
    cluster: ClusterSpec


@dataclass(slots=True, kw_only=True)
class Draw:
    """One sitting: values come in the order in which they are asked for, from the coordinates of `chance` alone.

    toxics: links may be struck too, for which the world must carry every byte.
    """

    base: Scenario
    chance: Chance
    toxics: bool = False
    _asked: int = 0
    _spot: _Spot | None = None

    def u01(self) -> float:
        """The next uniform value."""
        self._asked += 1
        return self.chance.u01(self._asked)

    def number(self, low: int, high: int) -> int:
        """From low to high, both possible."""
        return low + int(self.u01() * (high - low + 1))

    def one_of(self, items: Sequence[Item]) -> Item:
        """Any of them."""
        return items[int(self.u01() * len(items))]

    def seconds(self, low: float, high: float) -> float:
        """To the hundredth, so that a file spells it shortly."""
        return round(low + self.u01() * (high - low), 2)

    def gather(self) -> None:
        """Let half of what is drawn from now on meet, in place and time: two troubles do what neither does alone."""
        self._spot = _Spot(at=self.instant(), cluster=self.one_of(self.base.clusters))

    def instant(self) -> float:
        """Within the load: after it, all faults are lifted."""
        if self._spot is not None and self.u01() < 0.5:
            return min(self.base.workload.duration, self.seconds(self._spot.at, self._spot.at + _NEAR))
        return self.seconds(0.0, self.base.workload.duration)

    def event(self) -> Event:
        """Anything on the menu; a fault of a command most often."""
        u = self.u01()
        drawn: Sequence[tuple[float, Callable[[], Event]]] = (
            (0.55, self._fault),
            (0.65, self._kill),
            (0.77, self._kill_at_a_call),
            (0.84, self._pause),
            (0.9, self._crash),
            (0.91, self._disconnect),
            (0.93, self._skew),
            (1.0, self._delivery),
        )
        if self.toxics and self.u01() < 0.1:
            return self._toxic()
        return next(draw for bound, draw in drawn if u < bound)()

    def _fault(self) -> FaultRule:
        kind = self.one_of(self.one_of(_UNCLEAR) if self.u01() < 0.5 else _ANY)
        cluster = self._cluster()
        begins = self.instant()
        return FaultRule(
            label=f"{kind.name}-{self.number(100, 999)}",
            kind=kind,
            parameters=self._parameters(kind.parameters, late=cluster if kind.plan is CommandPlan else None),
            clusters=(cluster.name,),
            selector=self._standing(begins) if kind.standing else self._of_calls(kind, begins),
        )

    def _standing(self, begins: float) -> Selector:
        return Selector(begins=begins, ends=round(begins + self.seconds(0.2, 2.0), 2))

    def _of_calls(self, kind: FaultKind, begins: float) -> Selector:
        verbs: tuple[Verb, ...] = ()
        if kind.plan is CommandPlan:
            verbs = (self.one_of(tuple(verb for verb in kind.verbs or _ON_THE_WAY if verb in _ON_THE_WAY)),)
        # The window is open to the end, where what counts is the first call from an instant on, or that of each share.
        struck = Selector(verbs=verbs, begins=begins, ends=self.base.workload.duration + 1.0)
        u = self.u01()
        if u < 0.5:
            return replace(struck, first=self.number(1, 3))
        if u < 0.75 and kind.plan is CommandPlan:
            return replace(struck, attempts=(1,))
        ends = round(begins + self.seconds(0.5, struck.ends), 2)
        return replace(struck, probability=self.one_of(_SHARES), ends=min(ends, struck.ends))

    def _kill(self) -> NemesisStep:
        return self._step(NemesisKind.KILL, self.one_of(tuple(Part)), longest=1.5)

    def _kill_at_a_call(self) -> NemesisStep:
        site = self.one_of(tuple(CrashPoint))
        return NemesisStep(
            at=self.instant(),
            kind=NemesisKind.KILL,
            target=site.part,
            lasts=self.seconds(0.05, 1.0),
            site=site,
            nth=self.number(1, 3),
        )

    def _pause(self) -> NemesisStep:
        return self._step(NemesisKind.PAUSE, self.one_of(tuple(Part)), longest=2 * self.base.pipeline.processor.lease)

    def _crash(self) -> NemesisStep:
        return self._step(NemesisKind.CRASH, self._cluster().name, longest=2.0)

    def _disconnect(self) -> NemesisStep:
        return NemesisStep(at=self.instant(), kind=NemesisKind.DISCONNECT, target=self._cluster().name)

    def _step(self, kind: NemesisKind, target: str, *, longest: float) -> NemesisStep:
        return NemesisStep(at=self.instant(), kind=kind, target=target, lasts=self.seconds(0.05, longest))

    def _skew(self) -> NemesisStep:
        # Two skewed clocks may differ by twice as much as one is off.
        bound = self.base.pipeline.command.skew / 2
        return NemesisStep(
            at=self.instant(),
            kind=NemesisKind.SKEW,
            target=self.one_of(tuple(Part)),
            lasts=self.seconds(0.5, 3.0),
            by=self.one_of((-bound, bound)),
        )

    def _delivery(self) -> DeliveryRule:
        kind = self.one_of(tuple(DeliveryKind))
        rule = DeliveryRule(
            label=f"{kind.fault}-{self.number(100, 999)}",
            kind=kind,
            nth=self.number(1, max(1, round(self.base.workload.rate * self.base.workload.duration))),
        )
        return replace(rule, after=self.seconds(0.05, 2.0)) if kind.comes else rule

    def _toxic(self) -> ToxicRule:
        kind = self.one_of(tuple(TOXICS.values()))
        begins = self.instant()
        return ToxicRule(
            label=f"{kind.name}-{self.number(100, 999)}",
            link=f"processor-{self._cluster().name}",
            kind=kind,
            parameters=self._parameters(kind.parameters),
            direction=None if kind.standing else kind.direction,
            begins=begins,
            ends=round(begins + self.seconds(0.2, 2.0), 2),
        )

    def _parameters(self, kind: type[Any], *, late: ClusterSpec | None = None) -> Any:
        """late: the cluster on which a duration puts an effect off; past every fence where that is no excuse."""
        command = self.base.pipeline.command
        longest = command.command + command.skew
        if late is None:
            return drawn_parameters(kind, self, longest=longest)
        if _refuses_old(late):
            return drawn_parameters(kind, self, longest=_FENCES * (command.total + command.skew))
        return drawn_parameters(kind, self, longest=longest, unheard=command.command)

    def _cluster(self) -> ClusterSpec:
        if self._spot is not None and self.u01() < 0.5:
            return self._spot.cluster
        return self.one_of(self.base.clusters)


def _refuses_old(cluster: ClusterSpec) -> bool:
    """Whether it tells a command that is too old from a newer one."""
    carried = dialect_named(cluster.dialect).capabilities
    return Capability.SEQUENCE in (carried if cluster.capabilities is None else carried & cluster.capabilities)
