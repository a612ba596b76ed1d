"""A trial: the scenario itself at another rate, with a warm-up that is not measured, and perhaps an overload first."""

from collections.abc import Iterator
from dataclasses import dataclass

from connector.values import replace
from harness.errors import CapacityError
from harness.metrics import METRICS, Measure
from harness.scenario.scenario import Comparison, Gate, Phase, Scenario
from reports.capacity import OverloadFirst

__all__ = ["STEADY", "TrialPlan", "check_trials", "has_schedule", "measured_window", "trial_scenario"]

STEADY = "after the warm-up"
"""The phase in which gates are measured that name none."""
_OVERLOAD = "overload"
_REST = 1.0
"""Seconds that unfinished work is watched beyond the longest time that a gate or a client allows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPlan:
    """One trial. rate: arrivals per second. seconds: measured, after `warm_up`, and after the overload where there is
    one."""

    rate: float
    seconds: float
    warm_up: float
    seed: int
    overload: OverloadFirst | None = None


def measured_window(plan: TrialPlan) -> tuple[float, float]:
    """When measuring begins and ends, on the run's clock."""
    before = 0.0 if plan.overload is None else plan.overload.seconds + plan.overload.recovery
    begins = plan.warm_up + before
    return begins, begins + plan.seconds


def has_schedule(scenario: Scenario) -> bool:
    """Whether something is planned for instants of the load, so that a trial may not be shorter or longer."""
    rules = any(rule.window.begins > 0 or rule.window.ends < scenario.workload.duration for rule in scenario.rules)
    changes = any(cluster.profile.latency_phases for cluster in scenario.clusters)
    return bool(scenario.phases or scenario.nemesis or rules or changes)


def check_trials(scenario: Scenario, *, seconds: float, warm_up: float, overload: bool) -> None:
    """Raises `CapacityError` for a scenario whose capacity cannot be searched for with such trials."""
    if not scenario.gates_here:
        behind = f" for clients that go through {scenario.gateway_kind}" if scenario.gates else ""
        raise CapacityError(
            f"{scenario.name}: has no gates{behind}, so no rate can fail; add `gates = [...]` to the scenario, or use "
            "--gate 'p95(create.accept) < 200ms'"
        )
    if overload and has_schedule(scenario):
        raise CapacityError(f"{scenario.name}: --hysteresis needs a scenario without phases, windows and nemesis")
    late = [phase for phase in scenario.phases if phase.ends > warm_up + seconds]
    if late:
        raise CapacityError(
            f"{scenario.name}: the phase '{late[0].name}' ends at {late[0].ends:g} s, after the trial, which lasts "
            f"{warm_up + seconds:g} s; use a longer --trial"
        )
    for gate in scenario.gates_here:
        phase = next((each for each in scenario.phases if each.name == gate.phase), None)
        if phase is not None and phase.begins < warm_up:
            raise CapacityError(
                f"{scenario.name}: the phase '{phase.name}' of the gate `{gate.expression}` begins at "
                f"{phase.begins:g} s, in the warm-up of {warm_up:g} s; use a shorter --warm-up"
            )


def trial_scenario(scenario: Scenario, plan: TrialPlan) -> Scenario:
    """The scenario of this trial. Nothing is waited for once the trial's outcome cannot change any more."""
    begins, ends = measured_window(plan)
    phases = (*_overload(plan), *scenario.phases, Phase(name=STEADY, begins=begins, ends=ends))
    surges = dict(scenario.workload.surges)
    if plan.overload is not None:
        surges[_OVERLOAD] = plan.overload.rate / plan.rate
    return replace(
        scenario,
        workload=replace(scenario.workload, rate=plan.rate, duration=ends, surges=surges),
        phases=phases,
        gates=tuple(replace(gate, phase=gate.phase or STEADY) for gate in scenario.gates_here),
        expect={},
        settle=min(scenario.settle, _longest_wait(scenario) + _REST),
        fence=0.0,
    )


def _overload(plan: TrialPlan) -> Iterator[Phase]:
    if plan.overload is not None:
        yield Phase(name=_OVERLOAD, begins=plan.warm_up, ends=plan.warm_up + plan.overload.seconds)


def _longest_wait(scenario: Scenario) -> float:
    """After so long, what is unfinished has broken its gate, or its client has given up one try."""
    return max([scenario.client.total, *(gate.threshold for gate in scenario.gates_here if _is_deadline(gate))])


def _is_deadline(gate: Gate) -> bool:
    is_upper = gate.comparison in {Comparison.BELOW, Comparison.AT_MOST}
    return is_upper and METRICS[gate.metric].measure is Measure.LATENCY
