"""Carries out the schedule of what breaks: each step strikes at its instant and is undone after its time."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

from harness.errors import PartEnded
from harness.nemesis.diary import Diary
from harness.nemesis.target import Target
from harness.nemesis.traps import Traps
from harness.patience import stopped_within
from harness.scenario.scenario import NemesisKind, NemesisStep

__all__ = ["Nemesis"]


class Nemesis:
    """Breaks `targets` (by name) along a schedule. `now`: seconds since the load began.

    traps: kill a process at a crash point; steps that name one need them.
    """

    def __init__(
        self, targets: Mapping[str, Target], diary: Diary, now: Callable[[], float], *, traps: Traps | None = None
    ) -> None:
        self._targets = targets
        self._diary = diary
        self._now = now
        self._traps = traps
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
        if step.site is not None:
            if not await self._caught(step):
                self._diary.note("skip", step.target, f"it never came to call {step.nth} at {step.site}")
                return
        elif not target.well():
            self._diary.note("skip", step.target, f"it was down when {step.kind} was due")
            return
        self._diary.note(step.kind.value, step.target, _detail(step))
        undo = await target.strike(step)
        if not step.kind.is_undone:
            return
        await stopped_within(self._over, step.lasts)
        try:
            await undo()
        except PartEnded:
            self._diary.note("restart-failed", step.target, "it ended before it was ready")
        else:
            self._diary.note(_undone(step.kind), step.target)

    async def _caught(self, step: NemesisStep) -> bool:
        """Lie in wait at a crash point, until the process has died there or all is to be healed."""
        assert self._traps is not None, f"nothing can lie in wait at {step.site}"
        trap = self._traps.lay(step)
        try:
            async with asyncio.TaskGroup() as group:
                waits = [group.create_task(event.wait()) for event in (trap.sprung, self._over)]
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                for wait in waits:
                    wait.cancel()
        finally:
            trap.remove()
        return trap.sprung.is_set()


def _detail(step: NemesisStep) -> str:
    """For the reader."""
    if not step.kind.is_undone:
        return ""
    where = f" at call {step.nth} of {step.site}" if step.site else ""
    by = f" by {step.by:+g} s" if step.by else ""
    return f"for {step.lasts:g} s{where}{by}{', state wiped' if step.wipe else ''}"


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
        case NemesisKind.DISCONNECT:
            raise AssertionError("what happens in an instant is not undone")
        case _:
            assert_never(kind)
