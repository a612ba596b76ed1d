"""How far the clocks of a run may be apart by its skews: what judges must forgive, and what the pipeline must bear."""

from collections.abc import Iterable, Sequence

from harness.scenario.scenario import NemesisKind, NemesisStep

__all__ = ["clocks_apart"]


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
