"""What a world does inside the service, to its messages and its store, as the course of a run sees it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from reports.history import Injection

__all__ = ["ServiceFaults"]


class ServiceFaults(Protocol):
    """Messages that come twice, late, or never; transactions that fail."""

    def begin(self, now: Callable[[], float]) -> None:
        """The load begins. now: seconds since then."""
        ...

    def heal(self) -> None:
        """Nothing more strikes."""
        ...

    def injections(self) -> Sequence[Injection]:
        """Each message or transaction that was struck."""
        ...
