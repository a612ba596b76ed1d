"""Gates while a load lasts, from what its clients have seen so far: where each stands, and which can no longer hold.

A gate is lost early where even good answers to all arrivals that are still to come would not save it, or where its
phase has been over for as long as a client waits. What only the service or the clusters know is judged at the end.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harness.gates import holds
from harness.measure import MeasureWindow, measured
from harness.metrics import METRICS, Point
from harness.scenario.scenario import Comparison, Gate, Percentile, Scenario, Statistic, WorkloadKind
from harness.workload.arrivals import drawn
from reports.history import History, Op, OpKind, StateChange
from reports.verdicts import GateResult

__all__ = ["LiveGates", "state_words"]

_ACTIVE = frozenset({"create.active", "goodput"})
_SEEN = frozenset(
    {"create.accept", "delete.accept", "resize.accept", "get", "list", "op", "errors", "unclear"} | _ACTIVE
)
"""Metrics that the clients' own answers give."""

_OPS: Mapping[WorkloadKind, OpKind] = {
    WorkloadKind.CREATE: OpKind.CREATE,
    WorkloadKind.RECREATE: OpKind.CREATE,
    WorkloadKind.DUPLICATE: OpKind.CREATE,
    WorkloadKind.COMPETE: OpKind.CREATE,
    WorkloadKind.REUSE: OpKind.CREATE,
    WorkloadKind.DELETE: OpKind.DELETE,
    WorkloadKind.RESIZE: OpKind.RESIZE,
    WorkloadKind.LIST: OpKind.LIST,
}
"""What an arrival asks; a premature one asks for either of two."""


@dataclass(slots=True, kw_only=True)
class _Tally:
    """One gate. most: how many points it can have at most; None: nobody knows."""

    gate: Gate
    window: MeasureWindow
    ends: float
    most: int | None
    points: list[Point] = field(default_factory=list)
    asked: int = 0
    bad: int = 0

    def add(self, points: Iterator[Point], asked: Iterator[float]) -> None:
        for point in points:
            if self.window.whole or point.at in self.window:
                self.points.append(point)
                self.bad += not holds(self.gate.comparison, point.value, self.gate.threshold)
        self.asked += sum(self.window.whole or at in self.window for at in asked)

    def result(self) -> GateResult:
        gate = self.gate
        figure = measured(gate.statistic, self.points, self.asked, self.window) if self.asked else None
        return GateResult(
            expression=gate.expression,
            metric=gate.metric,
            phase=gate.phase or "",
            value=None if figure is None else figure.shown,
            threshold=gate.threshold,
            passed=figure is not None and holds(gate.comparison, figure.judged, gate.threshold),
        )

    def is_lost(self, now: float) -> bool:
        """Whether it cannot hold any more."""
        if now > self.ends and self.gate.metric not in _ACTIVE:
            return bool(self.asked) and not self.result().passed
        if self.gate.comparison not in {Comparison.BELOW, Comparison.AT_MOST}:
            return False
        match self.gate.statistic:
            case Statistic.COUNT:
                return not holds(self.gate.comparison, float(len(self.points)), self.gate.threshold)
            case Statistic.MAX:
                return self.bad > 0
            case Percentile(percent=percent):
                return self.most is not None and self.bad > self.most - math.ceil(percent * self.most / 100)
            case _:
                return False


class LiveGates:
    """The gates of a load with this seed."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self._tallies = [_tally(gate, scenario, seed) for gate in scenario.gates_here if gate.metric in _SEEN]
        self._metrics = {tally.gate.metric for tally in self._tallies}
        self.unseen = tuple(gate for gate in scenario.gates_here if gate.metric not in _SEEN)
        """Gates about what clients do not see."""

    @property
    def wanted(self) -> bool:
        """Whether any gate hangs on what clients see."""
        return bool(self._tallies)

    def add(self, *ops: Op) -> None:
        """These ops were completed."""
        for location in {op.location: None for op in ops}:
            there = tuple(op for op in ops if op.location == location)
            self._add(History(ops=there), location, self._metrics - _ACTIVE)

    def add_active(self, op: Op, at: float) -> None:
        """A client saw the share of its create active at this instant."""
        assert op.share is not None or op.name, "a create names its share"
        share = op.share or f"{op.location}/{op.name}"
        change = StateChange(
            number=1,
            at=at,
            share=share,
            location=op.location,
            name=op.name,
            before="pending",
            after="active",
            writer="clients",
        )
        self._add(History(ops=(op,), changes=(change,)), op.location, self._metrics & _ACTIVE)

    def results(self) -> tuple[GateResult, ...]:
        """Where each stands."""
        return tuple(tally.result() for tally in self._tallies)

    def lost(self, now: float) -> str | None:
        """The first that cannot hold any more, by its expression. now: seconds since the load began."""
        return next((tally.gate.expression for tally in self._tallies if tally.is_lost(now)), None)

    def _add(self, history: History, location: str, metrics: set[str]) -> None:
        for tally in self._tallies:
            if tally.gate.metric in metrics and tally.gate.cluster in {None, location}:
                metric = METRICS[tally.gate.metric]
                tally.add(metric.points(history), metric.asked(history))


def state_words(result: GateResult) -> str:
    """Where a gate stands while the load lasts. Without samples it fails in the end, and not before."""
    if result.value is None:
        return "no samples yet"
    return "holds" if result.passed else "fails"


def _tally(gate: Gate, scenario: Scenario, seed: int) -> _Tally:
    phase = next((row for row in scenario.phases if row.name == gate.phase), None)
    load_ends = scenario.workload.duration
    window = (
        MeasureWindow(begins=0.0, ends=load_ends, whole=True)
        if gate.phase is None
        else MeasureWindow(begins=load_ends, ends=load_ends)  # a stretch of a fault: known at the end
        if phase is None
        else MeasureWindow(begins=phase.begins, ends=phase.ends)
    )
    ends = math.inf if phase is None else phase.ends + scenario.client.total
    return _Tally(gate=gate, window=window, ends=ends, most=_most(gate, scenario, seed, window))


def _most(gate: Gate, scenario: Scenario, seed: int, window: MeasureWindow) -> int | None:
    """How many points the planned arrivals can give a gate; None where other ops give some too."""
    asked = OpKind(gate.metric.partition(".")[0]) if gate.metric.endswith((".accept", ".active")) else None
    if asked is None or not isinstance(gate.statistic, Percentile):
        return None
    names = [cluster.name for cluster in scenario.clusters]
    arrivals = drawn(scenario.workload, seed=seed, phases=scenario.phases, clusters=names)
    return sum(
        _OPS.get(arrival.kind, asked) is asked
        and (window.whole or arrival.at in window)
        and (gate.cluster in {None, arrival.location} or arrival.kind is not WorkloadKind.CREATE)
        for arrival in arrivals
    )
