"""A broker in memory: what is not acknowledged comes again, what comes twice is kept once, and all may be lost."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.record import Message
from pipeline.store.delivery import Delivery
from pipeline.store.message_table import MessageTable
from pipeline.store.wakeup import LoopWakeup

__all__ = ["MemoryBroker"]

_POLL = 0.05
"""Seconds until a waiting taker looks again: it may be in another process than who publishes."""
_WINDOW = 120.0
"""Seconds within which a message that comes again is known."""
_FOREVER = float("inf")


class MemoryBroker:
    """See `Broker`. Its clock is the event loop's."""

    def __init__(self) -> None:
        self._wakeup = LoopWakeup()
        self.lose()

    def lose(self) -> None:
        """Forget everything, as a broker whose disk is gone."""
        self._table = MessageTable()
        self._messages: dict[int, Message] = {}
        self._known: dict[int, float] = {}
        self._order: deque[tuple[float, int]] = deque()

    @property
    def waiting(self) -> int:
        """Messages that it holds."""
        return self._table.waiting

    async def publish(self, messages: Sequence[Message]) -> Sequence[Message]:
        """See `Broker.publish`."""
        now = self._wakeup.time()
        self._forget(now)
        for message in messages:
            if message.number not in self._known:
                self._known[message.number] = now
                self._order.append((now, message.number))
                self._table.insert(message.share, message.generation, visible_at=now, expires_at=_FOREVER)
                self._messages[self._table.counts().sent] = message
                self._wakeup.notify()
        return messages

    async def take(self, *, owner: str, lease: float, wait: float, limit: int) -> Sequence[Delivery]:
        """See `Spool.take`. One at most, as of NATS."""
        ends = self._wakeup.time() + wait
        while True:
            now = self._wakeup.time()
            taken = self._table.take(owner, now + lease, now)
            if taken is not None:
                return [_MemoryDelivery(self._messages[taken.number], taken.number, owner, self)]
            if now >= ends:
                return []
            await self._wakeup.wait(min(_POLL, ends - now))

    def end(self, number: int) -> None:
        """It is done with, by its place in the broker."""
        self._table.end(number)
        self._messages.pop(number, None)

    def hide(self, number: int, owner: str, seconds: float) -> None:
        """Deliver it to nobody for so long."""
        self._table.hide(number, owner, self._wakeup.time() + seconds)

    def _forget(self, now: float) -> None:
        while self._order and self._order[0][0] <= now - _WINDOW:
            _, number = self._order.popleft()
            del self._known[number]


@dataclass(frozen=True, slots=True)
class _MemoryDelivery:
    """See `Delivery`."""

    message: Message
    number: int
    owner: str
    broker: MemoryBroker

    async def extend(self, seconds: float) -> None:
        """See `Delivery.extend`."""
        self.broker.hide(self.number, self.owner, seconds)

    async def ack(self) -> None:
        """See `Delivery.ack`."""
        self.broker.end(self.number)

    async def nack(self, delay: float) -> None:
        """See `Delivery.nack`."""
        self.broker.hide(self.number, self.owner, delay)
