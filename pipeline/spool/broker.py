"""Broker: a spool that takes messages over from the store."""

from collections.abc import Sequence
from typing import Protocol

from pipeline.record import Message
from pipeline.store.delivery import Spool

__all__ = ["Broker"]


class Broker(Spool, Protocol):
    """Takes messages from a relay, and delivers them to processors, each at least once; it may lose all that it has.

    Neither method raises where it is away: then it keeps nothing and has nothing. A message that was taken is hidden
    for the longer of the broker's own time to acknowledge and what was asked, as far as the broker can do that.
    """

    async def publish(self, messages: Sequence[Message]) -> Sequence[Message]:
        """Those of them that it has now. One that comes twice within minutes is kept once."""
        ...
