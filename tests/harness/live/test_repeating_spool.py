"""Of the messages of a soak some come twice, some late, and all that a spool has come."""

from collections import Counter

from harness.virtual.loop import run_virtually, running_loop
from pipeline.spool.memory_broker import MemoryBroker
from tests.harness.live.repeating_spool import RepeatingSpool
from tests.pipeline.spool.brokers import message


def test_every_tenth_comes_twice_every_fifteenth_late_and_the_others_once() -> None:
    seen = list[tuple[int, float]]()

    async def main() -> None:
        broker = MemoryBroker()
        await broker.publish([message(number) for number in range(1, 46)])
        spool, began = RepeatingSpool(broker), running_loop().time()
        while running_loop().time() < began + 5.0:
            for delivery in await spool.take(owner="one", lease=60.0, wait=0.1, limit=8):
                seen.append((delivery.message.number, running_loop().time() - began))
                await delivery.ack()

    run_virtually(main())
    times = Counter(number for number, _ in seen)
    assert {number for number, count in times.items() if count == 2} == {10, 20, 30, 40}
    assert times.keys() == set(range(1, 46))
    first = dict(reversed(seen))
    assert {number for number, at in first.items() if at >= 1.0} == {15, 30, 45}
