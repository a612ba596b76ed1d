"""The relay: publishes what the store holds and no broker has yet.

It goes by the state of each message, not by the newest number that it saw: a transaction that commits late, with a
smaller number, is not passed over. A message ends in the store when the broker has it; a relay that dies before leaves
it to be published again, which the broker notices by its number.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pipeline.lasting import keep_on
from pipeline.spool.broker import Broker
from pipeline.store.delivery import Spool

__all__ = ["OutboxRelay", "relay"]

_BATCH = 64
"""Messages that are published together: enough that their small transactions share a commit."""
_AGAIN = 10.0
"""Seconds after which another relay publishes what one has taken and not ended."""
_WAIT = 0.5
"""Seconds for which one look may last."""
_PAUSE = 0.5
"""Seconds until what the broker did not take is tried again."""


class OutboxRelay:
    """outbox: where the store keeps messages until they are published. holder: unique to this relay. Any number of
    relays work on one store, and on one broker."""

    def __init__(self, outbox: Spool, broker: Broker, *, holder: str) -> None:
        self._outbox = outbox
        self._broker = broker
        self._holder = holder

    async def turn(self) -> bool:
        """One turn of `keep_on`: publish what is there, or wait for it."""
        taken = await self._outbox.take(owner=self._holder, lease=_AGAIN, wait=_WAIT, limit=_BATCH)
        if taken:
            published = await self._broker.publish([delivery.message for delivery in taken])
            kept = {message.number for message in published}
            async with asyncio.TaskGroup() as group:
                for delivery in taken:
                    ending = delivery.ack() if delivery.message.number in kept else delivery.nack(_PAUSE)
                    group.create_task(ending)
            if not kept:
                await asyncio.sleep(_PAUSE)  # it is away: a long outbox is not taken and given back all the time
        return True


@asynccontextmanager
async def relay(outbox: Spool, broker: Broker, *, holder: str) -> AsyncIterator[None]:
    """Relay while the context is open."""
    failure: Exception | None = None
    async with asyncio.TaskGroup() as group:
        task = group.create_task(keep_on("relay", OutboxRelay(outbox, broker, holder=holder).turn, pause=_PAUSE))
        try:
            yield
        except Exception as error:  # noqa: BLE001 - raised below: inside, the group would wrap it
            failure = error
        finally:
            task.cancel()
    if failure is not None:
        raise failure
