"""Rules on nemesis steps that follow from the scenario alone: whom a step hits, and how far clocks drift apart."""

from collections.abc import Iterable, Sequence

from connector.values import replace
from harness.scenario.scenario import NemesisKind, NemesisStep
from pipeline.parts import Part

__all__ = ["clocks_apart", "retarget"]


def retarget(steps: Iterable[NemesisStep], *, has_processor: bool) -> tuple[NemesisStep, ...]:
    """Without a processor, its steps hit the API: the process that does the same work in that design."""
    return tuple(
        replace(step, target=Part.API.value) if step.target == Part.PROCESSOR and not has_processor else step
        for step in steps
    )


def clocks_apart(steps: Iterable[NemesisStep]) -> float:
    """Seconds, at most, between any two clocks of the run; a part that is not skewed has the right time."""
    skews = [step for step in steps if step.kind is NemesisKind.SKEW]
    ahead = [_reach(step, skews, 1.0) for step in skews]
    behind = [_reach(step, skews, -1.0) for step in skews]
    return max(ahead, default=0.0) + max(behind, default=0.0)


def _reach(step: NemesisStep, skews: Sequence[NemesisStep], direction: float) -> float:
    """How far the target of a step comes to be ahead (or behind), with what else is done to its clock meanwhile."""
    meanwhile = (other for other in skews if other.target == step.target and _overlap(step, other))
    return sum(max(0.0, other.by * direction) for other in meanwhile)


def _overlap(one: NemesisStep, other: NemesisStep) -> bool:
    """A clock that is set back stands still until it is caught up: a skew shows for so much longer."""
    return one.at <= other.at + other.lasts + abs(other.by) and other.at <= one.at + one.lasts + abs(one.by)
