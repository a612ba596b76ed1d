"""What a world does to the messages of the spool, as the course of a run sees it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from reports.history import Injection

__all__ = ["SpoolFaults"]


class SpoolFaults(Protocol):
    """Messages that come twice, late, or never."""

    def begin(self, now: Callable[[], float]) -> None:
        """The load begins. now: seconds since then."""
        ...

    def heal(self) -> None:
        """Nothing more strikes."""
        ...

    def injections(self) -> Sequence[Injection]:
        """Each message that was struck."""
        ...
