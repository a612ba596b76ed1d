"""Every broker delivers what is published, again where it is not acknowledged, and no message twice at once."""

from collections.abc import AsyncIterator

import pytest

from pipeline.spool.broker import Broker
from tests.pipeline.spool.brokers import BROKERS, message, next_of, nothing_of


@pytest.fixture(params=BROKERS)
async def broker(request: pytest.FixtureRequest) -> AsyncIterator[Broker]:
    async with BROKERS[request.param]() as opened:
        yield opened


async def test_what_is_published_is_delivered_once_in_its_order(broker: Broker) -> None:
    sent = [message(number) for number in (1, 2, 3)]
    assert await broker.publish(sent) == sent
    taken = [await next_of(broker) for _ in sent]
    assert sorted(delivery.message.number for delivery in taken) == [1, 2, 3]
    assert taken[0].message == message(1)
    for delivery in taken:
        await delivery.ack()
    assert await nothing_of(broker)


async def test_a_message_that_is_published_twice_is_kept_once(broker: Broker) -> None:
    assert await broker.publish([message(7)]) == [message(7)]
    assert await broker.publish([message(7)]) == [message(7)]
    await (await next_of(broker)).ack()
    assert await nothing_of(broker)


async def test_a_message_that_nobody_acknowledges_comes_again(broker: Broker) -> None:
    await broker.publish([message(1)])
    first = await next_of(broker, owner="one")
    second = await next_of(broker, owner="two")
    assert second.message == first.message
    await second.ack()
    await first.ack()  # too late, and no harm
    assert await nothing_of(broker)


async def test_a_message_that_is_given_back_comes_at_once_or_after_its_delay(broker: Broker) -> None:
    await broker.publish([message(1)])
    await (await next_of(broker)).nack(0.0)
    again = await next_of(broker)
    assert again.message == message(1)
    await again.nack(0.5)
    assert (await next_of(broker)).message == message(1)


async def test_a_holder_may_ask_for_more_time(broker: Broker) -> None:
    await broker.publish([message(1)])
    delivery = await next_of(broker)
    await delivery.extend(30.0)
    assert await nothing_of(broker)
    await delivery.ack()
    assert await nothing_of(broker)
