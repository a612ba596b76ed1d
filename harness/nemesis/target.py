"""What the nemesis can break: a process or a cluster, each of which knows how a blow is dealt and undone."""

from typing import Protocol

from harness.scenario.scenario import NemesisKind, NemesisStep

__all__ = ["Target", "Undo"]


class Undo(Protocol):
    """Puts one blow right; returns when the target is well again. Called once. Raises `PartEnded`."""

    async def __call__(self) -> None: ...


class Target(Protocol):
    """Something that can be broken."""

    @property
    def kinds(self) -> frozenset[NemesisKind]:
        """What can be done to it."""
        ...

    def well(self) -> bool:
        """Whether it stands: one that is down already cannot be struck again."""
        ...

    async def strike(self, step: NemesisStep) -> Undo:
        """Deal the blow, now."""
        ...
