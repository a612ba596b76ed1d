"""Coroutines and callbacks on one environment's time."""

import asyncio
from collections.abc import Iterator

import pytest

from harness.model.environment import FastEnvironment
from harness.model.fast.environment_loop import EnvironmentLoop


@pytest.fixture
def loop() -> Iterator[EnvironmentLoop]:
    loop = EnvironmentLoop(FastEnvironment())
    yield loop
    loop.close()


def test_sleepers_and_callbacks_wake_in_one_order_of_instants(loop: EnvironmentLoop) -> None:
    env = loop.env
    seen: list[object] = []

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds)
        seen.append((f"slept {seconds}", loop.time()))

    for seconds in (3.0, 1.0):
        loop.create_task(sleep(seconds))
    env.call_at(2.0, lambda argument: seen.append(("called", env.now)))
    env.run()
    assert seen == [("slept 1.0", 1.0), ("called", 2.0), ("slept 3.0", 3.0)]


def test_what_takes_no_time_is_over_when_a_drain_returns(loop: EnvironmentLoop) -> None:
    env = loop.env

    async def work() -> float:
        await asyncio.sleep(0)
        loop.call_later(0.0, done.set)
        await done.wait()
        assert asyncio.get_running_loop() is loop
        return loop.time()

    done = asyncio.Event()
    env.call_at(4.0, lambda argument: found.append(loop.complete(work())))
    found: list[float] = []
    env.run()
    assert found == [4.0]


def test_a_callback_of_a_task_may_start_another_and_see_how_far_it_comes(loop: EnvironmentLoop) -> None:
    seen: list[object] = []

    async def say(word: str) -> None:
        seen.append(word)

    def then(task: object) -> None:
        loop.create_task(say("second"))
        loop.drain()
        seen.append("third")

    loop.create_task(say("first")).add_done_callback(then)
    loop.drain()
    assert seen == ["first", "second", "third"]


def test_a_deadline_comes_before_what_else_is_due_at_its_instant(loop: EnvironmentLoop) -> None:
    env = loop.env
    outcome: list[str] = []
    answer: asyncio.Future[None] = loop.create_future()
    env.call_at(2.0, lambda argument: answer.set_result(None) if not answer.done() else None)

    async def wait() -> None:
        try:
            async with asyncio.timeout(2.0):
                await answer
            outcome.append("answered")
        except TimeoutError:
            outcome.append("too late")

    loop.create_task(wait())
    env.run()
    assert outcome == ["too late"]


def test_an_error_of_a_callback_ends_the_run(loop: EnvironmentLoop) -> None:
    env = loop.env

    def fail() -> None:
        raise ZeroDivisionError

    loop.call_later(1.0, fail)
    with pytest.raises(ZeroDivisionError):
        env.run()
    assert asyncio._get_running_loop() is None
