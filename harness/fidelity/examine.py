"""One sequence on both targets: what differs, once the freedom that two commands at once have is taken out."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from connector.values import replace
from harness.fidelity.differences import AnswerDifference, PairMismatch, PlayComparison, compared, is_same_pair, of_pair
from harness.fidelity.observed import Play, StepSeen
from harness.fidelity.side import PlayedTarget
from harness.fidelity.steps import PairOrder, SequenceStep

__all__ = ["Examination", "Sides", "examine"]

_ORDERS = (PairOrder.FIRST_SECOND, PairOrder.SECOND_FIRST, PairOrder.TOGETHER, PairOrder.TOGETHER)
"""How a pair is played again: as either order, and at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    real: PlayedTarget
    fake: PlayedTarget

    async def play(self, steps: Sequence[SequenceStep]) -> tuple[Play, Play]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(side.play(steps)) for side in (self.real, self.fake)]
        return tasks[0].result(), tasks[1].result()

    async def why_gone(self) -> str | None:
        """One line where a target does not answer any more."""
        return await self.real.why_gone() or await self.fake.why_gone()


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One sequence on both targets. compared: how many of its steps. free: its pair ended otherwise, as either order of
    the two commands may."""

    steps: tuple[SequenceStep, ...]
    real: Play
    fake: Play
    differences: tuple[AnswerDifference, ...]
    compared: int
    apart: frozenset[str]
    undecided: str | None = None
    free: bool = False


async def examine(sides: Sides, steps: Sequence[SequenceStep]) -> Examination:
    """Never raises for what a target can do."""
    real, fake = await sides.play(steps)
    found = compared(steps, real, fake)
    free = found.mismatch is not None and await _is_explained(sides, steps, found.mismatch, found.apart)
    unexplained = [] if found.mismatch is None or free else [of_pair(steps[found.mismatch.step], found.mismatch)]
    return _examination(steps, real, fake, found, (*found.differences, *unexplained), free=free)


def _examination(
    steps: Sequence[SequenceStep],
    real: Play,
    fake: Play,
    found: PlayComparison,
    differences: tuple[AnswerDifference, ...],
    *,
    free: bool,
) -> Examination:
    return Examination(
        steps=tuple(steps),
        real=real,
        fake=fake,
        differences=differences,
        compared=found.compared,
        apart=found.apart,
        undecided=found.undecided,
        free=free,
    )


async def _is_explained(
    sides: Sides, steps: Sequence[SequenceStep], mismatch: PairMismatch, apart: frozenset[str]
) -> bool:
    """Whether each target can also end the pair as the other one did."""
    before, pair = tuple(steps[: mismatch.step]), steps[mismatch.step]
    real_can = fake_can = False
    for order in _ORDERS:
        real, fake = await sides.play((*before, replace(pair, order=order)))
        real_can = real_can or _ended_as(real, mismatch.fake, mismatch.step, apart)
        fake_can = fake_can or _ended_as(fake, mismatch.real, mismatch.step, apart)
        if real_can and fake_can:
            return True
    return False


def _ended_as(play: Play, wanted: StepSeen, step: int, apart: frozenset[str]) -> bool:
    return len(play.steps) > step and is_same_pair(play.steps[step], wanted, apart)
