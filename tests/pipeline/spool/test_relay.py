"""The relay publishes what the store holds, and a broker that loses everything costs no share."""

import asyncio
from collections.abc import Sequence
from typing import Any

from pipeline.marks import StoreIdentity
from pipeline.record import Message
from pipeline.spool.memory_broker import MemoryBroker
from pipeline.spool.relay import OutboxRelay, relay
from pipeline.store.memory import memory_store
from tests.pipeline.spool.brokers import next_of
from tests.pipeline.store.stores import HandClock, accepted, new_share


class _Away(MemoryBroker):
    """A broker that is away, or keeps all but some."""

    def __init__(self, *, refuses: Sequence[int] = (), away: bool = False) -> None:
        super().__init__()
        self.refuses, self.away = refuses, away
        self.asked: list[int] = []

    async def publish(self, messages: Sequence[Message]) -> Sequence[Message]:
        self.asked += [message.number for message in messages]
        if self.away:
            return []
        return await super().publish([message for message in messages if message.number not in self.refuses])


def _store(clock: HandClock) -> Any:
    return memory_store(clock, identity=StoreIdentity(id="in-memory"))


async def test_what_is_accepted_is_published_and_ends_in_the_store() -> None:
    store, broker = _store(HandClock()), MemoryBroker()
    record = await accepted(store)
    await OutboxRelay(store.spool, broker, holder="relay").turn()
    assert (await store.counts())["queued"] == 0
    assert (await next_of(broker)).message.share == record.id


async def test_what_the_broker_does_not_take_stays_in_the_store() -> None:
    clock = HandClock()
    store, broker = _store(clock), _Away(refuses=(2,))
    for name in ("a", "b", "c"):
        await accepted(store, new_share(name))
    await OutboxRelay(store.spool, broker, holder="relay").turn()
    assert ((await store.counts())["queued"], broker.waiting) == (1, 2)
    broker.refuses = ()
    clock.forward(1.0)
    await OutboxRelay(store.spool, broker, holder="another").turn()
    assert ((await store.counts())["queued"], broker.waiting) == (0, 3)


async def test_a_message_that_commits_late_with_a_smaller_number_is_published_too() -> None:
    """The relay goes by the state of each message: a cursor behind the newest number would pass over it."""
    clock = HandClock()
    store, broker = _store(clock), _Away(refuses=(1,))
    await accepted(store, new_share("a"))
    await accepted(store, new_share("b"))
    turn = OutboxRelay(store.spool, broker, holder="relay").turn
    await turn()
    await accepted(store, new_share("c"))
    await turn()
    broker.refuses = ()
    clock.forward(1.0)
    await turn()
    assert broker.asked == [1, 2, 3, 1]
    assert (await store.counts())["queued"] == 0


async def test_what_a_dead_relay_had_taken_is_published_by_another_and_kept_once() -> None:
    clock = HandClock()
    store, broker = _store(clock), MemoryBroker()
    await accepted(store)
    (taken,) = await store.spool.take(owner="dead", lease=30.0, wait=0.0, limit=64)
    await broker.publish([taken.message])  # and dies before it ends the message
    clock.forward(30.0)
    await OutboxRelay(store.spool, broker, holder="another").turn()
    assert ((await store.counts())["queued"], broker.waiting) == (0, 1)


async def test_a_relay_whose_broker_is_away_goes_on_when_it_is_back() -> None:
    clock = HandClock()
    store, broker = _store(clock), _Away(away=True)
    await accepted(store)
    async with asyncio.timeout(30), relay(store.spool, broker, holder="relay"):
        while not broker.asked:
            await asyncio.sleep(0.01)
        broker.away = False
        clock.forward(10.0)
        assert (await next_of(broker)).message.number == 1
