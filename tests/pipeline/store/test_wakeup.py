"""The bell: one ring wakes one waiter, and nobody waits longer than was said."""

import asyncio

from harness.virtual.loop import run_virtually
from pipeline.store.wakeup import LoopWakeup


def test_one_ring_wakes_the_one_who_has_waited_longest() -> None:
    async def main() -> tuple[bool, bool, float]:
        bell = LoopWakeup()
        async with asyncio.TaskGroup() as tasks:
            first, second = (tasks.create_task(bell.wait(5.0)) for _ in range(2))
            await asyncio.sleep(1.0)
            bell.notify()
        return first.result(), second.result(), asyncio.get_running_loop().time()

    assert run_virtually(main()) == (True, False, 5.0)


def test_a_ring_passes_over_who_has_gone() -> None:
    async def main() -> bool:
        bell = LoopWakeup()
        gone = asyncio.ensure_future(bell.wait(5.0))
        await asyncio.sleep(0)
        waiting = asyncio.ensure_future(bell.wait(5.0))
        await asyncio.sleep(0)
        gone.cancel()
        bell.notify()
        return await waiting

    assert run_virtually(main())


def test_rings_that_nobody_hears_wake_the_next_who_waits_and_once() -> None:
    """Else what is sent while a taker looks, and finds nothing, would lie there for a poll."""

    async def main() -> tuple[bool, bool, float]:
        bell = LoopWakeup()
        bell.notify()
        bell.notify()
        heard = await bell.wait(0.5), await bell.wait(0.5)
        return *heard, asyncio.get_running_loop().time()

    assert run_virtually(main()) == (True, False, 0.5)
