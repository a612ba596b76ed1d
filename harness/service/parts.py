"""The running parts of a service, and the servers that they need: processes, or what stands for a process."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

__all__ = ["ClockedPart", "End", "PausablePart", "Restartable", "RunningPart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a process ended. status: as `subprocess` has it, so negative for a signal. log: its last lines."""

    status: int
    log: str


class Restartable(Protocol):
    """A part, or a server: killed, and started again where it was."""

    @property
    def part(self) -> str:
        """Its name."""
        ...

    @property
    def url(self) -> str | None:
        """Where it listens, if it does."""
        ...

    @property
    def running(self) -> bool: ...

    async def start(self) -> None:
        """Start it and wait until it is ready. Raises `PartEnded` where it ends first, or another `WorldError`."""
        ...

    def kill(self) -> None:
        """As SIGKILL does: immediate, no cleanup runs."""
        ...

    async def stop(self) -> object:
        """As SIGTERM does, and SIGKILL where it has not ended within its grace."""
        ...

    async def wait(self) -> int | None:
        """Until it has ended: its exit status."""
        ...

    async def unplanned_end(self) -> End:
        """Until it ends, in whichever life, without having been killed or asked to by this side; each end once."""
        ...


@runtime_checkable
class PausablePart(Protocol):
    """One that can be stopped for a while."""

    def pause(self) -> None:
        """As SIGSTOP does: to everyone else it hangs."""
        ...

    def resume(self) -> None: ...


class RunningPart(Restartable, PausablePart, Protocol):
    """One part of a service."""


@runtime_checkable
class ClockedPart(Protocol):
    """One whose host has a clock of its own."""

    def shift_clock(self, seconds: float) -> None:
        """Set the clock of its host ahead, or back; it stays so over restarts. Processes never see it step back."""
        ...
