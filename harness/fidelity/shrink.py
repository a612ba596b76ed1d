"""Shrinks a sequence that shows a difference: fewer steps, then plainer ones, while that kind of difference comes."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from connector.values import replace
from harness.explore.ddmin import ddmin
from harness.fidelity.steps import SequenceCommand, SequenceStep, ShareSlot, SizeKind

__all__ = ["shrink_sequence"]

_PLAINER: Sequence[tuple[str, Any]] = (
    ("not_after", None),
    ("sequence", None),
    ("mark", None),
    ("connection", 0),
    ("size", SizeKind.SMALL),
    ("share", ShareSlot.A),
)
"""Fields of a command, and what is plainest there."""


def shrink_sequence(
    steps: Sequence[SequenceStep], fails: Callable[[Sequence[SequenceStep]], bool]
) -> tuple[SequenceStep, ...]:
    """`steps` themselves must fail. Minimal where `fails` says the same each time, and does not give up."""
    left = ddmin(steps, fails)
    while (plainer := next((each for each in _plainer(left) if fails(each)), None)) is not None:
        left = plainer
    return ddmin(left, fails)


def _plainer(steps: tuple[SequenceStep, ...]) -> Iterator[tuple[SequenceStep, ...]]:
    for index, step in enumerate(steps):
        for other in _plainer_step(step):
            yield (*steps[:index], other, *steps[index + 1 :])


def _plainer_step(step: SequenceStep) -> Iterator[SequenceStep]:
    if step.is_pair:
        yield from (SequenceStep(commands=(replace(command, connection=0),)) for command in step.commands)
    for index, command in enumerate(step.commands):
        for other in _plainer_command(command, keep=("connection",) if step.is_pair else ()):
            yield replace(step, commands=(*step.commands[:index], other, *step.commands[index + 1 :]))


def _plainer_command(command: SequenceCommand, *, keep: Sequence[str]) -> Iterator[SequenceCommand]:
    for field, plainest in _PLAINER:
        if field not in keep and getattr(command, field) not in {None, plainest}:
            yield replace(command, **{field: plainest})
