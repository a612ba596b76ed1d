"""The faults of one cluster: bends plans in the order of the rules, and logs each strike when it happens."""

from collections.abc import Iterable, Sequence
from typing import TypeVar, cast

from connector.values import replace
from fake_clusters.calls import Coordinate
from fake_clusters.errors import FaultError
from fake_clusters.faults.armed import ArmedRule
from fake_clusters.faults.bending import Bend, changes_of
from fake_clusters.faults.refused import REFUSED
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.strike import StrikeLog
from fake_clusters.plans import ChannelPlan, CommandPlan, ConnectionPlan

__all__ = ["FaultInjector"]

Plan = TypeVar("Plan", ConnectionPlan, ChannelPlan, CommandPlan)


class FaultInjector:
    """Implements `fake_clusters.calls.Injector`; rules come and go at run time.

    log: shared by the clusters of a farm. origin: the model time that windows and strikes count from; None: there is
    none yet, and no fault strikes. A rule strikes when what it changed in a plan is carried out: one that leaves the
    plan as it was (a second `hang`), whose change another rule replaces, or that comes too late for a caller who has
    gone, is no strike.
    """

    def __init__(
        self,
        cluster: str,
        rules: Iterable[FaultRule] = (),
        *,
        seed: int,
        log: StrikeLog,
        origin: float | None = 0.0,
    ) -> None:
        self.cluster = cluster
        self.origin = origin
        self._seed = seed
        self._log = log
        self._armed: dict[str, ArmedRule] = {}
        self._by_plan: dict[type, tuple[ArmedRule, ...]] = {}
        self._noted: set[str] = set()
        for rule in rules:
            if not rule.clusters or cluster in rule.clusters:
                self.add(rule)

    @property
    def rules(self) -> tuple[FaultRule, ...]:
        """The rules that are set, whether or not their time has come."""
        return tuple(armed.rule for armed in self._armed.values())

    def add(self, rule: FaultRule) -> None:
        """Set a rule, after the others. Raises `FaultError` where the label is taken or it is for other clusters."""
        if rule.clusters and self.cluster not in rule.clusters:
            raise FaultError(f"clusters: fault {rule.label!r} is for {', '.join(rule.clusters)}, not {self.cluster}")
        if rule.label in self._armed:
            raise FaultError(f"label: {rule.label!r} is taken on {self.cluster}; remove that fault or choose another")
        self._armed[rule.label] = ArmedRule(rule, cluster=self.cluster, seed=self._seed)
        self._sort()

    def remove(self, label: str) -> FaultRule:
        """Take a rule back. Raises `FaultError` where there is none."""
        if label not in self._armed:
            listing = ", ".join(self._armed) or "none"
            raise FaultError(f"label: no fault {label!r} on {self.cluster}; there are: {listing}")
        rule = self._armed.pop(label).rule
        self._noted.discard(label)
        self._sort()
        return rule

    def clear(self) -> None:
        """Take all rules back."""
        self._armed.clear()
        self._noted.clear()
        self._sort()

    def rearm(self) -> None:
        """Count again from nothing, as if all rules had just been set."""
        rules = self.rules
        self.clear()
        for rule in rules:
            self.add(rule)

    def bend(self, plan: Plan, at: Coordinate) -> Plan:
        """The plan as the rules leave it."""
        if self.origin is None:
            return plan
        bends: list[Bend] = []
        for armed in self._by_plan.get(type(plan), ()):
            if armed.strikes(at, at.at - self.origin):
                bent = cast("Plan", armed.rule.kind.bend(plan, armed.rule.parameters))
                if bent != plan:
                    bends.append(Bend(rule=armed.rule, before=plan, after=bent))
                    plan = bent
        return self._noted_by(plan, bends, at, self.origin) if bends else plan

    def _noted_by(self, plan: Plan, bends: Sequence[Bend], call: Coordinate, origin: float) -> Plan:
        """The plan, with what logs each strike as soon as one of its changes is carried out."""
        pending = list(changes_of(bends))

        def note(at: float, *fields: str) -> None:
            for change in pending.copy():
                rule, changed = change
                if not changed.isdisjoint(fields):
                    pending.remove(change)
                    self._log.add(rule, self.cluster, at - origin, call)

        if isinstance(plan, CommandPlan):
            return replace(plan, note=note, output=replace(plan.output, note=note))
        return replace(plan, note=note)

    def refuses_connections(self, at: float) -> bool:
        """Whether a `refused` is on."""
        return any(True for _ in self._refusing(at))

    def next_turn(self, at: float) -> float:
        """The next instant after `at` at which `refuses_connections` may change; infinity for never."""
        if self.origin is None:
            return float("inf")
        selectors = (armed.rule.selector for armed in self._armed.values() if armed.rule.kind is REFUSED)
        edges = (self.origin + edge for selector in selectors for edge in (selector.begins, selector.ends))
        return min((edge for edge in edges if edge > at), default=float("inf"))

    def note_refusing(self, at: float) -> None:
        """Log, once, each `refused` that has come on: no call will come by to be bent."""
        for armed in self._refusing(at):
            if armed.rule.label not in self._noted:
                self._noted.add(armed.rule.label)
                self._log.add(armed.rule, self.cluster, at - (self.origin or 0.0), None)

    def _refusing(self, at: float) -> Iterable[ArmedRule]:
        if self.origin is None:
            return ()
        now = at - self.origin
        return (armed for armed in self._armed.values() if armed.rule.kind is REFUSED and armed.is_on(now))

    def _sort(self) -> None:
        kinds: dict[type, list[ArmedRule]] = {}
        for armed in self._armed.values():
            kinds.setdefault(armed.rule.kind.plan, []).append(armed)
        self._by_plan = {plan: tuple(rules) for plan, rules in kinds.items()}
