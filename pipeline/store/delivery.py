"""What a spool promises: messages, each in hand for a while."""

from collections.abc import Sequence
from typing import Protocol

from pipeline.record import Message

__all__ = ["Delivery", "Spool"]


class Delivery(Protocol):
    """A message in hand, hidden from others until its time is over. What is said too late changes nothing."""

    @property
    def message(self) -> Message: ...

    async def extend(self, seconds: float) -> None:
        """Hide it for so many seconds from now."""
        ...

    async def ack(self) -> None:
        """It is done with, and is not delivered again."""
        ...

    async def nack(self, delay: float) -> None:
        """Give it back, to be delivered again after `delay` seconds."""
        ...


class Spool(Protocol):
    """Messages. Delivery is at least once; losing one costs a scan's delay, never a share."""

    async def take(self, *, owner: str, lease: float, wait: float, limit: int) -> Sequence[Delivery]:
        """The next of those that are there, `limit` at most, hidden from others for `lease` seconds; waits up to `wait`
        seconds for one."""
        ...
