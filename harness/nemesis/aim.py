"""Whom a blow strikes in a design that lacks its target."""

from collections.abc import Iterable

from connector.values import replace
from harness.scenario.scenario import NemesisStep
from pipeline.parts import Part

__all__ = ["aimed"]


def aimed(steps: Iterable[NemesisStep], *, has_processor: bool) -> tuple[NemesisStep, ...]:
    """Without a processor, what is meant for it strikes the API: the process that does the same work there."""
    return tuple(
        replace(step, target=Part.API.value) if step.target == Part.PROCESSOR and not has_processor else step
        for step in steps
    )
