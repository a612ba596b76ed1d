"""Messages that come twice, or late, in a processor's own process; what is remembered of them is bounded.

`OVERRIDES` is loaded by processors of live runs.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.overrides import Overrides
from pipeline.record import Message
from pipeline.store.delivery import Delivery, Spool

__all__ = ["OVERRIDES", "RepeatingSpool"]

_TWICE = 10
_LATE = 15
"""Messages whose numbers are multiples of these."""
_AGAIN_AFTER = 0.5
_LATE_BY = 1.0
_REMEMBERED = 1000


class RepeatingSpool:
    """A `Spool` over another."""

    def __init__(self, given: Spool) -> None:
        self._given = given
        self._again: deque[tuple[float, Message]] = deque()
        self._delayed: deque[int] = deque(maxlen=_REMEMBERED)

    async def take(self, *, owner: str, lease: float, wait: float, limit: int) -> Sequence[Delivery]:
        """What is to come again, or the next of those that do not come late."""
        now = asyncio.get_running_loop().time()
        if self._again and self._again[0][0] <= now:
            return [_Again(self._again.popleft()[1])]
        taken = await self._given.take(owner=owner, lease=lease, wait=wait, limit=limit)
        coming = [delivery for delivery in taken if not await self._delay(delivery)]
        self._again += ((now + _AGAIN_AFTER, row.message) for row in coming if row.message.number % _TWICE == 0)
        return coming

    async def _delay(self, delivery: Delivery) -> bool:
        """Whether it comes late: once, as far as that is remembered."""
        number = delivery.message.number
        if number % _LATE or number in self._delayed:
            return False
        self._delayed.append(number)
        await delivery.nack(_LATE_BY)
        return True


@dataclass(frozen=True, slots=True)
class _Again:
    """A `Delivery` of which the spool knows nothing."""

    message: Message

    async def extend(self, seconds: float) -> None:
        """Nobody else has it."""

    async def ack(self) -> None:
        """It is gone."""

    async def nack(self, delay: float) -> None:
        """It is gone."""


OVERRIDES = Overrides(spool=RepeatingSpool)
