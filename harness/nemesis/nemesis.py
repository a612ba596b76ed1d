"""Carries out the nemesis schedule: injects each step at its instant and undoes it after its time."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

from harness.errors import PartEnded
from harness.nemesis.target import Failpoints, Target
from harness.patience import stopped_within
from harness.scenario.scenario import NemesisKind, NemesisStep
from reports.history import NemesisAction

__all__ = ["Nemesis", "NemesisLog"]


class NemesisLog:
    """What was done to the world, as numbered rows of the history. `now`: seconds since the load began."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._actions: list[NemesisAction] = []

    @property
    def actions(self) -> tuple[NemesisAction, ...]:
        return tuple(self._actions)

    def note(self, action: str, target: str, detail: str = "") -> None:
        """Record that this has just been done."""
        number = len(self._actions) + 1
        self._actions.append(NemesisAction(number=number, at=self._now(), action=action, target=target, detail=detail))


class Nemesis:
    """Breaks `targets` (by name) along a schedule. `now`: seconds since the load began.

    failpoints: kill a process at a crash point; steps that name one need them.
    """

    def __init__(
        self,
        targets: Mapping[str, Target],
        log: NemesisLog,
        now: Callable[[], float],
        *,
        failpoints: Failpoints | None = None,
    ) -> None:
        self._targets = targets
        self._log = log
        self._now = now
        self._failpoints = failpoints
        self._over = asyncio.Event()

    async def disturb(self, steps: Sequence[NemesisStep]) -> None:
        """Carry all steps out; returns when the last is undone, and everything stands."""
        async with asyncio.TaskGroup() as group:
            for step in steps:
                group.create_task(self._carry_out(step), name=f"{step.kind} {step.target} at {step.at:g}")

    def heal(self) -> None:
        """Inject no further step and undo the others now: `disturb` returns when that is done."""
        self._over.set()

    async def _carry_out(self, step: NemesisStep) -> None:
        if await stopped_within(self._over, step.at - self._now()):
            return
        target = self._targets[step.target]
        assert step.kind in target.kinds, f"{step.kind} cannot be done to {step.target}"
        if step.site is not None:
            if not await self._fired(step):
                self._log.note("skip", step.target, f"it never came to call {step.nth} at {step.site}")
                return
        elif not target.healthy():
            self._log.note("skip", step.target, f"it was down when {step.kind} was due")
            return
        self._log.note(step.kind.value, step.target, _detail(step))
        undo = await target.inject(step)
        if not step.kind.is_undone:
            return
        await stopped_within(self._over, step.lasts)
        try:
            await undo()
        except PartEnded:
            self._log.note("restart-failed", step.target, "it ended before it was ready")
        else:
            self._log.note(_undone(step.kind), step.target)

    async def _fired(self, step: NemesisStep) -> bool:
        """Arm a failpoint and wait until it has killed the process, or until healing begins; whether it fired."""
        assert self._failpoints is not None, f"no failpoints in this world: {step.site}"
        failpoint = self._failpoints.arm(step)
        try:
            async with asyncio.TaskGroup() as group:
                waits = [group.create_task(event.wait()) for event in (failpoint.fired, self._over)]
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                for wait in waits:
                    wait.cancel()
        finally:
            failpoint.remove()
        return failpoint.fired.is_set()


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
            raise AssertionError("an instantaneous step is not undone")
        case _:
            assert_never(kind)
