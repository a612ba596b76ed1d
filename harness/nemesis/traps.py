"""Traps at crash points: they spring at the nth call there, and what called is dead before it can go on."""

import asyncio
from typing import Protocol

from harness.scenario.scenario import NemesisStep

__all__ = ["Trap", "Traps"]


class Trap(Protocol):
    """One step that lies in wait. sprung: set once, when the process has been killed."""

    @property
    def sprung(self) -> asyncio.Event: ...

    def remove(self) -> None:
        """It springs no more."""
        ...


class Traps(Protocol):
    """Where a world can kill a process to the very call."""

    def lay(self, step: NemesisStep) -> Trap:
        """Count the calls at the step's site from now on."""
        ...
