"""The faults of one cluster: bends plans in the order of the rules, and logs every strike."""

from collections.abc import Iterable
from typing import TypeVar, cast

from fake_clusters.calls import Coordinate
from fake_clusters.errors import FaultError
from fake_clusters.faults.armed import ArmedRule
from fake_clusters.faults.refused import REFUSED
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.strike import Strike
from fake_clusters.plans import ChannelPlan, CommandPlan, ConnectionPlan

__all__ = ["FaultInjector"]

Plan = TypeVar("Plan", ConnectionPlan, ChannelPlan, CommandPlan)


class FaultInjector:
    """Implements `fake_clusters.calls.Injector`; rules come and go at run time.

    log: where strikes go, shared by all clusters of a farm so that their numbers are unique. A rule that leaves the
    plan as it was (a second `hang`, say) is no strike.
    """

    def __init__(self, cluster: str, rules: Iterable[FaultRule] = (), *, seed: int, log: list[Strike]) -> None:
        self.cluster = cluster
        self._seed = seed
        self._log = log
        self._armed: dict[str, ArmedRule] = {}
        self._by_plan: dict[type, tuple[ArmedRule, ...]] = {}
        for rule in rules:
            if not rule.clusters or cluster in rule.clusters:
                self.add(rule)

    @property
    def rules(self) -> tuple[FaultRule, ...]:
        """The rules that are set, whether or not their time has come."""
        return tuple(armed.rule for armed in self._armed.values())

    def add(self, rule: FaultRule) -> None:
        """Set a rule, after the others. Raises `FaultError` where the label is taken."""
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
        self._sort()
        return rule

    def clear(self) -> None:
        """Take all rules back."""
        self._armed.clear()
        self._sort()

    def bend(self, plan: Plan, at: Coordinate) -> Plan:
        """The plan as the rules leave it."""
        for armed in self._by_plan.get(type(plan), ()):
            if armed.strikes(at):
                bent = cast("Plan", armed.rule.kind.bend(plan, armed.rule.parameters))
                if bent != plan:
                    self._note(armed.rule, at)
                    plan = bent
        return plan

    def refuses_connections(self, at: float) -> bool:
        """Whether a `refused` is on."""
        return any(armed.is_on(at) for armed in self._refusing())

    def next_turn(self, at: float) -> float:
        """The next instant after `at` at which `refuses_connections` may change; infinity for never."""
        edges = (edge for armed in self._refusing() for edge in _window(armed.rule) if edge > at)
        return min(edges, default=float("inf"))

    def note_refusing(self, at: float) -> None:
        """Log that the port was closed by each `refused` that is on: no call will come by to be bent."""
        for armed in self._refusing():
            if armed.is_on(at):
                self._note(armed.rule, Coordinate(at=at, cluster=self.cluster, connection=0, attempt=0))

    def _refusing(self) -> tuple[ArmedRule, ...]:
        return tuple(armed for armed in self._armed.values() if armed.rule.kind is REFUSED)

    def _sort(self) -> None:
        kinds: dict[type, list[ArmedRule]] = {}
        for armed in self._armed.values():
            kinds.setdefault(armed.rule.kind.plan, []).append(armed)
        self._by_plan = {plan: tuple(rules) for plan, rules in kinds.items()}

    def _note(self, rule: FaultRule, at: Coordinate) -> None:
        self._log.append(
            Strike(
                number=len(self._log) + 1,
                at=at.at,
                fault=rule.kind.name,
                label=rule.label,
                cluster=self.cluster,
                site=rule.kind.site,
                key=at.key,
                verb=at.verb,
                attempt=at.attempt or None,
            )
        )


def _window(rule: FaultRule) -> tuple[float, float]:
    return rule.selector.begins, rule.selector.ends
