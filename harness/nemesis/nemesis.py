"""Carries out the schedule of what breaks: each step strikes at its instant and is undone after its time."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

from harness.nemesis.diary import Diary
from harness.nemesis.target import Target
from harness.patience import stopped_within
from harness.scenario.scenario import NemesisKind, NemesisStep

__all__ = ["Nemesis"]


class Nemesis:
    """Breaks `targets` (by name) along a schedule. `now`: seconds since the load began."""

    def __init__(self, targets: Mapping[str, Target], diary: Diary, now: Callable[[], float]) -> None:
        self._targets = targets
        self._diary = diary
        self._now = now
        self._over = asyncio.Event()

    async def disturb(self, steps: Sequence[NemesisStep]) -> None:
        """Carry all steps out; returns when the last is undone, and everything stands."""
        async with asyncio.TaskGroup() as group:
            for step in steps:
                group.create_task(self._carry_out(step), name=f"{step.kind} {step.target} at {step.at:g}")

    def heal(self) -> None:
        """Let no further step strike and undo the others now: `disturb` returns when that is done."""
        self._over.set()

    async def _carry_out(self, step: NemesisStep) -> None:
        if await stopped_within(self._over, step.at - self._now()):
            return
        target = self._targets[step.target]
        assert step.kind in target.kinds, f"{step.kind} cannot be done to {step.target}"
        if not target.well():
            self._diary.note("skip", step.target, f"it was down when {step.kind} was due")
            return
        self._diary.note(step.kind.value, step.target, f"for {step.lasts:g} s{', state wiped' if step.wipe else ''}")
        undo = await target.strike(step)
        await stopped_within(self._over, step.lasts)
        await undo()
        self._diary.note(_undone(step.kind), step.target)


def _undone(kind: NemesisKind) -> str:
    match kind:
        case NemesisKind.KILL:
            return "restart"
        case NemesisKind.PAUSE:
            return "resume"
        case NemesisKind.CRASH:
            return "return"
        case NemesisKind.SKEW:
            return "reset"
        case _:
            assert_never(kind)
