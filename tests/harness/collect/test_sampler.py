"""Samples are taken of each source by itself, and a source that cannot be read leaves a gap."""

import asyncio
from collections.abc import Mapping

from harness.collect.clock import RunClock
from harness.collect.sampler import LAG, Sampler


def _clock() -> RunClock:
    return RunClock.starting_in(0.0, asyncio.get_running_loop().time)


async def test_each_look_is_a_sample_of_every_metric_it_shows() -> None:
    async def look() -> Mapping[str, float]:
        return {"queue": 4.0, "pending": 2.0}

    async def blind() -> Mapping[str, float]:
        return {}

    sampler = Sampler(_clock(), (look, blind))
    await sampler.sample()
    await sampler.sample()
    assert [(row.metric, row.value) for row in sampler.samples] == [("queue", 4.0), ("pending", 2.0)] * 2
    assert [row.at for row in sampler.samples] == sorted(row.at for row in sampler.samples)


async def test_a_source_that_hangs_does_not_hold_up_another() -> None:
    seen = asyncio.Event()

    async def hang() -> Mapping[str, float]:
        await asyncio.Event().wait()
        return {}

    async def look() -> Mapping[str, float]:
        if sampler.samples:
            seen.set()
        return {"queue": 0.0}

    sampler = Sampler(_clock(), (hang, look))
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        sampling = group.create_task(sampler.run())
        await seen.wait()
        sampling.cancel()
    assert {row.metric for row in sampler.samples} - {LAG} == {"queue"}


async def test_a_harness_that_is_held_up_says_by_how_much() -> None:
    sampler = Sampler(_clock(), ())
    loop = asyncio.get_running_loop()

    def hold_up() -> None:
        until = loop.time() + 0.6
        while loop.time() < until:
            pass

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        sampling = group.create_task(sampler.run())
        loop.call_later(0.05, hold_up)
        while not sampler.samples:
            await asyncio.sleep(0.01)
        sampling.cancel()
    assert [row.metric for row in sampler.samples] == [LAG]
    assert sampler.samples[0].value > 0.3
