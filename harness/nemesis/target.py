"""What the nemesis can break, and failpoints: kills at one exact call."""

from typing import Literal, Protocol

from harness.scenario.nemesis_kinds import NemesisKind, NemesisStep

__all__ = ["Failpoint", "Failpoints", "Fired", "NemesisTarget", "NotTaken", "Undo"]


class NotTaken(Exception):
    """The service refused a step, or did not confirm it, and nothing of it is in force. The message is the log's."""


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
        """Carry the step out, now. Raises `NotTaken` for what a service has to do."""
        ...


class Fired(Protocol):
    """Set once, as an `asyncio.Event` is."""

    async def wait(self) -> Literal[True]: ...

    def is_set(self) -> bool: ...


class Failpoint(Protocol):
    """One armed step. fired: when the process has come to the call, and goes no further."""

    @property
    def fired(self) -> Fired: ...

    def remove(self) -> None:
        """Disarm it."""
        ...


class Failpoints(Protocol):
    """Stops or kills a process at the nth call of a crash point; the caller never goes on."""

    def arm(self, step: NemesisStep) -> Failpoint:
        """Count the calls at the step's site from now on."""
        ...
