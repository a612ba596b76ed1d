"""The faults of one cluster: applies them to plans in the order of the rules, and logs each injection."""

from collections.abc import Iterable, Sequence
from typing import TypeVar, cast

from connector.values import replace
from fake_clusters.calls import Coordinate
from fake_clusters.errors import FaultError
from fake_clusters.faults.active import ActiveFault
from fake_clusters.faults.applied import AppliedFault, changes_of
from fake_clusters.faults.injections import InjectionLog
from fake_clusters.faults.refused import REFUSED
from fake_clusters.faults.rule import FaultRule
from fake_clusters.plans import ChannelPlan, CommandPlan, ConnectionPlan

__all__ = ["FaultInjector"]

Plan = TypeVar("Plan", ConnectionPlan, ChannelPlan, CommandPlan)


class FaultInjector:
    """Implements `fake_clusters.calls.Injector`; rules come and go at run time.

    log: shared by the clusters of a farm. origin: the model time that windows and injections count from; None: there is
    none yet, and no fault matches. An injection is logged when what a rule changed in a plan is carried out: a rule
    that leaves the plan as it was (a second `hang`), whose change another rule replaces, or that comes too late for a
    caller who has gone, has injected nothing.
    """

    def __init__(
        self,
        cluster: str,
        rules: Iterable[FaultRule] = (),
        *,
        seed: int,
        log: InjectionLog,
        origin: float | None = 0.0,
    ) -> None:
        self.cluster = cluster
        self.origin = origin
        self._seed = seed
        self._log = log
        self._active: dict[str, ActiveFault] = {}
        self._by_plan: dict[type, tuple[ActiveFault, ...]] = {}
        self._noted: set[str] = set()
        for rule in rules:
            if rule.selector.covers(cluster):
                self.add(rule)

    @property
    def rules(self) -> tuple[FaultRule, ...]:
        """The rules that are set, whether or not their time has come."""
        return tuple(fault.rule for fault in self._active.values())

    def add(self, rule: FaultRule) -> None:
        """Set a rule, after the others. Raises `FaultError` where the label is taken or it is for other clusters."""
        if not rule.selector.covers(self.cluster):
            accepted = ", ".join(rule.selector.clusters)
            raise FaultError(f"clusters: fault {rule.label!r} is for {accepted}, not {self.cluster}")
        if rule.label in self._active:
            raise FaultError(f"label: {rule.label!r} is taken on {self.cluster}; remove that fault or choose another")
        self._active[rule.label] = ActiveFault(rule, cluster=self.cluster, seed=self._seed)
        self._sort()

    def remove(self, label: str) -> FaultRule:
        """Take a rule back. Raises `FaultError` where there is none."""
        if label not in self._active:
            listing = ", ".join(self._active) or "none"
            raise FaultError(f"label: no fault {label!r} on {self.cluster}; there are: {listing}")
        rule = self._active.pop(label).rule
        self._noted.discard(label)
        self._sort()
        return rule

    def clear(self) -> None:
        """Take all rules back."""
        self._active.clear()
        self._noted.clear()
        self._sort()

    def reset_counts(self) -> None:
        """Count again from nothing, as if all rules had just been set."""
        rules = self.rules
        self.clear()
        for rule in rules:
            self.add(rule)

    @property
    def is_idle(self) -> bool:
        """See `Injector`."""
        return self.origin is None or not self._by_plan

    def apply(self, plan: Plan, at: Coordinate) -> Plan:
        """The plan as the rules leave it."""
        if self.origin is None:
            return plan
        applied: list[AppliedFault] = []
        for fault in self._by_plan.get(type(plan), ()):
            if fault.matches(at, at.at - self.origin):
                changed = cast("Plan", fault.rule.kind.apply(plan, fault.rule.parameters))
                if changed != plan:
                    applied.append(AppliedFault(rule=fault.rule, before=plan, after=changed))
                    plan = changed
        return self._noted_by(plan, applied, at, self.origin) if applied else plan

    def _noted_by(self, plan: Plan, applied: Sequence[AppliedFault], call: Coordinate, origin: float) -> Plan:
        """The plan, with what logs each injection as soon as one of its changes is carried out."""
        pending = list(changes_of(applied))

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
        windows = (fault.rule.window for fault in self._active.values() if fault.rule.kind is REFUSED)
        edges = (self.origin + edge for window in windows for edge in (window.begins, window.ends))
        return min((edge for edge in edges if edge > at), default=float("inf"))

    def note_refusing(self, at: float) -> None:
        """Log, once, each `refused` that has come on: no call will come by to be matched."""
        for fault in self._refusing(at):
            if fault.rule.label not in self._noted:
                self._noted.add(fault.rule.label)
                self._log.add(fault.rule, self.cluster, at - (self.origin or 0.0), None)

    def _refusing(self, at: float) -> Iterable[ActiveFault]:
        if self.origin is None:
            return ()
        now = at - self.origin
        return (fault for fault in self._active.values() if fault.rule.kind is REFUSED and fault.is_on(now))

    def _sort(self) -> None:
        kinds: dict[type, list[ActiveFault]] = {}
        for fault in self._active.values():
            kinds.setdefault(fault.rule.kind.plan, []).append(fault)
        self._by_plan = {plan: tuple(rules) for plan, rules in kinds.items()}
