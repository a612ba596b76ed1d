"""Plays a failure again: how sure it is, where no two runs are alike."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.errors import WorldError
from harness.explore.exploration import Failure
from harness.explore.trial import OverrideNames, TrialRunner, broken
from harness.world_name import WorldName

__all__ = ["TIMES", "Confirmation", "confirm"]

TIMES = 5
"""How often a failure is played again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """again: in how many of the runs one of the invariants was violated again. of: how many runs there were."""

    again: int
    of: int

    def __str__(self) -> str:
        return f"{self.again} of {self.of}"


def confirm(
    failure: Failure, overrides: OverrideNames, *, world: WorldName, stopped: Callable[[], bool]
) -> Confirmation:
    """Play it a few times more in this world, until stopped. A run without a verdict counts as one that did not
    fail."""
    runner = TrialRunner(failure.base, overrides, world=world)
    again = of = 0
    while of < TIMES and not stopped():
        of += 1
        again += _fails(runner, failure)
    return Confirmation(again=again, of=of)


def _fails(runner: TrialRunner, failure: Failure) -> bool:
    try:
        return not set(failure.invariants).isdisjoint(broken(runner.journal(failure.schedule)))
    except WorldError:
        return False
