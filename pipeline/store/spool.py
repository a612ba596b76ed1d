"""The spool of a store over tables: its messages are written in the transactions of the store itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.record import Message
from pipeline.store.delivery import Delivery
from pipeline.store.tables import Reader, Tables, Writer
from pipeline.store.wakeup import Wakeup

__all__ = ["TableSpool"]


class TableSpool:
    """See `Spool`.

    poll: seconds until a waiting taker looks again for a message that another process sent, or one that was hidden and
    is visible again; None: no other process uses the store.
    """

    def __init__(self, writer: Writer, reader: Reader, wakeup: Wakeup, *, poll: float | None) -> None:
        self._writer = writer
        self._reader = reader
        self._wakeup = wakeup
        self._poll = poll

    async def take(self, *, owner: str, lease: float, wait: float, limit: int) -> Sequence[Delivery]:
        """See `Spool.take`. All in one transaction."""
        ends = self._wakeup.time() + wait
        while True:
            messages = await self._writer.write(lambda tables: tables.take_messages(owner, tables.now + lease, limit))
            if messages:
                return [_TableDelivery(message, owner, self._writer, self._wakeup) for message in messages]
            if not await self._comes(ends):
                return []

    async def _comes(self, ends: float) -> bool:
        """Whether a message is there before this instant. It is only looked for: to be idle keeps no writer waiting."""
        while (remaining := ends - self._wakeup.time()) > 0:
            if await self._wakeup.wait(await self._until_next_look(remaining)):
                return True
            visible_in = await self._reader.read(_next_message_in)
            if visible_in is not None and visible_in <= 0:
                return True
        return False

    async def _until_next_look(self, remaining: float) -> float:
        if self._poll is not None:
            return min(remaining, self._poll)
        visible_in = await self._reader.read(_next_message_in)
        return remaining if visible_in is None else min(remaining, max(0.0, visible_in))


@dataclass(frozen=True, slots=True)
class _TableDelivery:
    """See `Delivery`."""

    message: Message
    owner: str
    writer: Writer
    wakeup: Wakeup

    async def extend(self, seconds: float) -> None:
        """See `Delivery.extend`."""
        await self._hide(seconds)

    async def ack(self) -> None:
        """See `Delivery.ack`."""
        await self.writer.write_together(_end, self.message.number)

    async def nack(self, delay: float) -> None:
        """See `Delivery.nack`."""
        await self._hide(delay)
        if delay <= 0:
            self.wakeup.notify()

    async def _hide(self, seconds: float) -> None:
        number, owner = self.message.number, self.owner
        await self.writer.write_on(number, lambda tables: tables.hide_message(number, owner, tables.now + seconds))


def _end(tables: Tables, numbers: Sequence[int]) -> Sequence[None]:
    tables.end_messages(numbers)
    return [None] * len(numbers)


def _next_message_in(tables: Tables) -> float | None:
    """Seconds until one can be taken; 0 and less: now."""
    at = tables.next_message_at()
    return None if at is None else at - tables.now
