"""Messages: hidden while held, delivered again when the holder is late, ended once."""

import asyncio

from pipeline.record import Message
from pipeline.store.delivery import Delivery
from tests.pipeline.store.stores import HandClock, Store, accepted, new_share, next_delivery, next_message


async def take(store: Store, *, lease: float = 30.0, wait: float = 0.0) -> Message | None:
    return await next_message(store, lease=lease, wait=wait)


async def delivered(store: Store, *, owner: str = "one") -> Delivery:
    delivery = await next_delivery(store, owner=owner, lease=30.0, wait=0.0)
    assert delivery is not None
    return delivery


async def test_messages_come_in_the_order_in_which_they_were_sent(store: Store) -> None:
    ids = [(await accepted(store, new_share(name))).id for name in ("a", "b", "c")]
    messages = [await take(store) for _ in ids]
    assert [message.share for message in messages if message] == ids


async def test_a_message_that_is_held_is_hidden_from_others(store: Store) -> None:
    await accepted(store)
    assert await take(store)
    assert await take(store) is None


async def test_a_message_whose_holder_is_late_is_delivered_again(store: Store, clock: HandClock) -> None:
    await accepted(store)
    first = await take(store, lease=30.0)
    clock.forward(30.0)
    assert await take(store) == first


async def test_a_message_that_is_done_does_not_come_again(store: Store, clock: HandClock) -> None:
    await accepted(store)
    delivery = await delivered(store)
    await delivery.ack()
    await delivery.ack()
    await delivery.nack(0.0)
    clock.forward(100.0)
    assert await take(store) is None
    assert (await store.counts())["queued"] == 0


async def test_a_message_whose_holder_asks_for_more_time_is_hidden_for_longer(store: Store, clock: HandClock) -> None:
    await accepted(store)
    delivery = await delivered(store)
    clock.forward(20.0)
    await delivery.extend(30.0)
    clock.forward(20.0)
    assert await take(store) is None
    clock.forward(10.0)
    assert await take(store) == delivery.message


async def test_a_message_that_is_given_back_comes_again_after_its_delay(store: Store, clock: HandClock) -> None:
    await accepted(store)
    delivery = await delivered(store)
    await delivery.nack(5.0)
    assert await take(store) is None
    clock.forward(5.0)
    assert await take(store) == delivery.message


async def test_a_message_that_is_given_back_at_once_wakes_who_waits(store: Store) -> None:
    await accepted(store)
    delivery = await delivered(store)
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(take(store, wait=60.0))
        await asyncio.sleep(0)
        await delivery.nack(0.0)
    assert waiting.result() == delivery.message


async def test_a_holder_who_is_late_takes_a_message_from_nobody(store: Store, clock: HandClock) -> None:
    await accepted(store)
    late = await delivered(store, owner="one")
    clock.forward(30.0)
    await delivered(store, owner="two")
    await late.nack(0.0)
    assert await take(store) is None


async def test_who_waits_for_a_message_gets_it_when_it_is_sent(store: Store) -> None:
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(take(store, wait=60.0))
        await asyncio.sleep(0)
        record = await accepted(store)
    message = waiting.result()
    assert message is not None
    assert message.share == record.id


async def test_each_of_many_waiters_gets_a_message_of_its_own(store: Store) -> None:
    async with asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(take(store, wait=60.0)) for _ in range(8)]
        await asyncio.sleep(0)
        for number in range(8):
            tasks.create_task(accepted(store, new_share(str(number))))
    assert len({message.number for task in waiting if (message := task.result())}) == 8


async def test_who_waits_in_vain_is_told_after_the_wait(store: Store) -> None:
    assert await take(store, wait=0.01) is None
