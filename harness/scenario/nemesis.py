"""Rules on nemesis steps that follow from the scenario alone: whom a step hits, and how far clocks drift apart."""

import math
from collections.abc import Iterable, Sequence

from connector.values import replace
from harness.scenario.nemesis_kinds import NemesisKind, NemesisStep, label_of
from harness.scenario.roles import Role, is_processor
from harness.scenario.scenario import Scenario
from harness.scenario.service import Design

__all__ = ["clocks_apart", "steps_of"]


def steps_of(scenario: Scenario) -> tuple[NemesisStep, ...]:
    """The steps, each at whom it hits: in a design without a processor, its steps hit the API, which does its work."""
    if scenario.pipeline is None or scenario.design == Design.SPOOL:
        return scenario.nemesis
    return tuple(_onto_api(step) if is_processor(step.selector.target) else step for step in scenario.nemesis)


def _onto_api(step: NemesisStep) -> NemesisStep:
    target = Role.API.value
    return replace(step, label=label_of(step.kind, target), selector=replace(step.selector, target=target))


def clocks_apart(steps: Iterable[NemesisStep]) -> float:
    """Seconds, at most, between any two clocks of the run; a part that is not skewed has the right time."""
    skews = [step for step in steps if step.kind is NemesisKind.SKEW]
    ahead = [_reach(step, skews, 1.0) for step in skews]
    behind = [_reach(step, skews, -1.0) for step in skews]
    return max(ahead, default=0.0) + max(behind, default=0.0)


def _reach(step: NemesisStep, skews: Sequence[NemesisStep], direction: float) -> float:
    """How far the target of a step comes to be ahead (or behind), with what else is done to its clock meanwhile."""
    meanwhile = (other for other in skews if other.selector.target == step.selector.target and _overlap(step, other))
    return math.fsum(max(0.0, other.parameters.offset * direction) for other in meanwhile)


def _overlap(one: NemesisStep, other: NemesisStep) -> bool:
    """A clock that is set back stands still until it is caught up: a skew shows for so much longer."""
    return one.window.begins <= _until(other) and other.window.begins <= _until(one)


def _until(step: NemesisStep) -> float:
    return float(step.window.begins + step.parameters.duration + abs(step.parameters.offset))
