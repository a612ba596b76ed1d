"""Carries out the nemesis schedule: injects each step at its instant and undoes it after its time."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

from fake_clusters.rules.rule import NoParameters
from harness.errors import PartEnded
from harness.nemesis.target import Failpoints, Fired, NemesisTarget, NotTaken, Undo
from harness.patience import stopped_within
from harness.scenario.nemesis_kinds import (
    AddShare,
    CrashAction,
    HoldAction,
    NemesisKind,
    NemesisStep,
    RemoveShare,
    Skew,
)
from reports.history import NemesisAction

__all__ = ["Nemesis", "NemesisLog", "detail_of"]


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
        targets: Mapping[str, NemesisTarget],
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
                group.create_task(self._carry_out(step), name=f"{step.label} at {step.window.begins:g}")

    def heal(self) -> None:
        """Inject no further step and undo the others now: `disturb` returns when that is done."""
        self._over.set()

    async def _carry_out(self, step: NemesisStep) -> None:
        if await stopped_within(self._over, step.window.begins - self._now()):
            return
        name, site = step.selector.target, step.selector.site
        target = self._targets[name]
        assert step.kind in target.kinds, f"{step.kind} cannot be done to {name}"
        if site is not None:
            if not await self._fired(step):
                self._log.note("skip", name, f"it never came to call {step.selector.nth} at {site}")
                return
        elif (obstacle := target.obstacle(step)) is not None:
            self._log.note("skip", name, obstacle)
            return
        began_at = self._now()
        undo = await self._injected(step, target)
        if undo is None or not step.kind.is_undone:
            return
        since = began_at if step.kind.is_asked else self._now()
        await stopped_within(self._over, since + step.parameters.duration - self._now())
        if step.kind.is_asked:
            self._log.note("lift", name)
        try:
            await undo()
        except PartEnded:
            self._log.note("restart-failed", name, "it ended before it was ready")
        else:
            self._log.note(_undone(step.kind), name)

    async def _injected(self, step: NemesisStep, target: NemesisTarget) -> Undo | None:
        """What undoes it; None where it was not done. What is asked of a service is noted once that has said so."""
        name, done = step.selector.target, (step.kind.value, step.selector.target, detail_of(step))
        if not step.kind.is_asked:
            self._log.note(*done)
        try:
            undo = await target.inject(step)
        except NotTaken as reason:
            self._log.note("skip", name, str(reason))
            return None
        if step.kind.is_asked:
            self._log.note(*done)
        return undo

    async def _fired(self, step: NemesisStep) -> bool:
        """Arm a failpoint and wait until it has killed the process, or until healing begins; whether it fired."""
        assert self._failpoints is not None, f"no failpoints in this world: {step.selector.site}"
        failpoint = self._failpoints.arm(step)
        try:
            async with asyncio.TaskGroup() as group:
                events: tuple[Fired, ...] = (failpoint.fired, self._over)
                waits = [group.create_task(event.wait()) for event in events]
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                for wait in waits:
                    wait.cancel()
        finally:
            failpoint.remove()
        return failpoint.fired.is_set()


def detail_of(step: NemesisStep) -> str:
    """For the reader."""
    match step.parameters:
        case NoParameters():
            return ""
        case AddShare(share=name, size=size):
            return f"{name}, {size} bytes"
        case RemoveShare(which=which):
            return f"the {which}"
        case CrashAction(duration=duration, wipe=wipe):
            return f"for {duration:g} s{', state wiped' if wipe else ''}"
        case HoldAction(duration=duration, how=how, expires=expires):
            return f"{how} for {duration:g} s{', with an end date' if expires else ''}"
        case Skew(duration=duration, offset=offset):
            return f"for {duration:g} s by {offset:+g} s"
        case parameters:
            site = step.selector.site
            return f"for {parameters.duration:g} s{f' at call {step.selector.nth} of {site}' if site else ''}"


def _undone(kind: NemesisKind) -> str:
    match kind:
        case NemesisKind.KILL | NemesisKind.TERMINATE:
            return "restart"
        case NemesisKind.PAUSE:
            return "resume"
        case NemesisKind.CRASH:
            return "return"
        case NemesisKind.SKEW:
            return "reset"
        case NemesisKind.HOLD:
            return "lifted"
        case NemesisKind.DISCONNECT | NemesisKind.ADD_SHARE | NemesisKind.REMOVE_SHARE:
            raise AssertionError("an instantaneous step is not undone")
        case _:
            assert_never(kind)
