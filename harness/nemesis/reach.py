"""Which steps a world can carry out at all, and what is to be said of the others."""

from collections.abc import Callable, Iterable, Mapping

from harness.scenario.scenario import NemesisKind, NemesisStep

__all__ = ["out_of_reach"]


def out_of_reach(
    steps: Iterable[NemesisStep], kinds: Callable[[str], frozenset[NemesisKind]], *, has_traps: bool, world: str
) -> Mapping[NemesisStep, str]:
    """Such a step must not look as if it had been harmless: each, with what the journal notes of it.

    kinds: what can be done to a target. has_traps: whether a process can be killed at a crash point.
    """
    return {
        step: f"{step.kind} {step.target}{f' at {step.site}' if step.site else ''}: "
        f"skipped: not supported in the {world} world"
        for step in steps
        if step.kind not in kinds(step.target) or (step.site is not None and not has_traps)
    }
