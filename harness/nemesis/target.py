"""What the nemesis can break, and failpoints: kills at one exact call."""

import asyncio
from typing import Protocol

from harness.scenario.nemesis_kinds import NemesisKind, NemesisStep

__all__ = ["Failpoint", "Failpoints", "NemesisTarget", "Undo"]


class Undo(Protocol):
    """Undoes one injection; returns when the target is healthy again. Called once. Raises `PartEnded`."""

    async def __call__(self) -> None: ...


class NemesisTarget(Protocol):
    """A process or a cluster that can be broken."""

    @property
    def kinds(self) -> frozenset[NemesisKind]:
        """What can be done to it."""
        ...

    def healthy(self) -> bool:
        """Whether it is up: a step that finds its target down is skipped."""
        ...

    def obstacle(self, step: NemesisStep) -> str | None:
        """Why the step cannot be carried out now, as the log has it; None: it can."""
        ...

    async def inject(self, step: NemesisStep) -> Undo:
        """Carry the step out, now."""
        ...


class Failpoint(Protocol):
    """One armed step. fired: set once, when the process has been killed."""

    @property
    def fired(self) -> asyncio.Event: ...

    def remove(self) -> None:
        """Disarm it."""
        ...


class Failpoints(Protocol):
    """Kills a process at the nth call of a crash point; the caller is dead before it can go on."""

    def arm(self, step: NemesisStep) -> Failpoint:
        """Count the calls at the step's site from now on."""
        ...
