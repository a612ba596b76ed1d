"""The model's time is the loop's: what is due has happened, nothing is early, and both clocks give one history."""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simpy import Environment

from connector.operations import Request
from fake_clusters.calls import Coordinate
from fake_clusters.effects import ClusterEffect
from fake_clusters.environment import PacedEnvironment, catch_up
from fake_clusters.model import ClusterModel
from fake_clusters.profiles import load_profile
from fake_clusters.spec import ClusterLimits, ClusterSpec
from tests.fake_clusters.jumping import JumpingLoop
from tests.fake_clusters.models import Ear, Scripted, create, delete, resize


@pytest.fixture
def loop() -> Iterator[JumpingLoop]:
    loop = JumpingLoop()
    yield loop
    loop.close()


def at(env: Environment, delay: float, what: Callable[[], Any]) -> None:
    env.timeout(delay).callbacks.append(lambda event: what())


def test_events_happen_when_the_loops_clock_reaches_them(loop: JumpingLoop) -> None:
    async def play() -> list[tuple[float, float]]:
        env = PacedEnvironment(loop)
        seen: list[tuple[float, float]] = []
        for delay in (3.0, 1.0, 0.1, 0.3, 0.7, 1.0):
            at(env, delay, lambda: seen.append((float(env.now), loop.time() - 1234.1)))
        await asyncio.sleep(10)
        env.close()
        return seen

    seen = loop.run_until_complete(play())
    assert [now for now, _ in seen] == [0.1, 0.3, 0.7, 1.0, 1.0, 3.0]
    assert all(clock == pytest.approx(now, abs=1e-6) for now, clock in seen)


def test_an_event_can_lead_to_further_ones(loop: JumpingLoop) -> None:
    async def play() -> list[float]:
        env = PacedEnvironment(loop)
        seen: list[float] = []

        def again() -> None:
            seen.append(float(env.now))
            if len(seen) < 4:
                at(env, 0.5, again)

        at(env, 0.5, again)
        await asyncio.sleep(10)
        env.close()
        return seen

    assert loop.run_until_complete(play()) == [0.5, 1.0, 1.5, 2.0]


def test_whoever_catches_up_finds_done_what_was_due_and_the_loops_now(loop: JumpingLoop) -> None:
    env = PacedEnvironment(loop)
    seen: list[float] = []
    for delay in (1.0, 2.0, 4.0):
        at(env, delay, lambda: seen.append(float(env.now)))
    loop.at += 3.0  # the loop was busy: its timers are overdue
    env.catch_up()
    assert seen == [1.0, 2.0]
    assert env.now == pytest.approx(3.0)
    env.close()


def test_catching_up_within_an_event_does_nothing(loop: JumpingLoop) -> None:
    env = PacedEnvironment(loop)
    seen: list[str] = []

    def first() -> None:
        catch_up(env)
        seen.append(f"first at {env.now}")

    at(env, 1.0, first)
    at(env, 1.0, lambda: seen.append("second"))
    loop.at += 5.0
    env.catch_up()
    assert seen == ["first at 1.0", "second"]
    env.close()


# Not later: from 2^23 seconds on asyncio's own loop spins, since its clock's resolution no longer adds up.
@given(st.floats(min_value=0, max_value=1e6), st.lists(st.floats(min_value=0, max_value=100), min_size=1, max_size=20))
@settings(max_examples=50)
def test_now_never_steps_back_and_no_timer_fires_in_vain(start: float, delays: list[float]) -> None:
    loop = JumpingLoop(start)
    env = PacedEnvironment(loop)
    nows: list[float] = []

    async def play() -> None:
        for delay in delays:
            at(env, delay, lambda: nows.append(float(env.now)))
        while len(nows) < len(delays):
            env.catch_up()
            before = env.now
            await asyncio.sleep(7.3)
            assert env.now >= before

    loop.run_until_complete(play())
    env.close()
    loop.close()
    assert nows == sorted(nows)
    assert len(nows) == len(delays)
    assert loop.turns < 10 * len(delays) + 100


def test_a_closed_environment_leaves_no_timer_behind(loop: JumpingLoop) -> None:
    async def play() -> None:
        seen: list[int] = []
        async with PacedEnvironment(loop) as env:
            at(env, 1.0, lambda: seen.append(1))
        at(env, 2.0, lambda: seen.append(2))
        await asyncio.sleep(5)
        assert seen == []

    loop.run_until_complete(play())


def test_an_exception_in_an_event_reaches_the_loops_handler_and_every_later_caller(loop: JumpingLoop) -> None:
    told: list[BaseException] = []
    loop.set_exception_handler(lambda _, context: told.append(context["exception"]))

    async def play() -> None:
        env = PacedEnvironment(loop)
        at(env, 1.0, lambda: 1 / 0)
        at(env, 2.0, lambda: told.append(ValueError("nothing more may happen")))
        await asyncio.sleep(5)
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                env.catch_up()

    loop.run_until_complete(play())
    assert [type(error) for error in told] == [ZeroDivisionError]


def test_an_exception_met_while_catching_up_reaches_the_caller(loop: JumpingLoop) -> None:
    env = PacedEnvironment(loop)
    at(env, 1.0, lambda: 1 / 0)
    loop.at += 2
    with pytest.raises(ZeroDivisionError):
        env.catch_up()


SCRIPT: list[tuple[float, Request]] = [
    (round(0.137 * number + 0.011, 6), request)
    for number, request in enumerate(
        request
        for index in range(40)
        for request in (create(f"s{index}"), resize(f"s{index}", 7 + index), delete(f"s{index - 3}", f"d{index}"))
    )
]
TROUBLE: dict[str, dict[str, Any]] = {
    "s1": {"effect_delay": 3.0},
    "s4": {"hang": True},
    "s7": {"lose_reply": True},
    "s11": {"service": 0.0},
}

Told = tuple[tuple[ClusterEffect, ...], list[Any], list[Coordinate]]


def cluster(env: Environment) -> tuple[ClusterModel, Scripted]:
    injector = Scripted(TROUBLE)
    spec = ClusterSpec(name="north", profile=load_profile("erratic"), limits=ClusterLimits(commands=3))
    return ClusterModel(env, spec, seed=7, wall=lambda: 0.0, injector=injector), injector


def in_virtual_time() -> Told:
    env = Environment()
    model, injector = cluster(env)
    ears = [Ear(env) for _ in SCRIPT]
    for (when, request), ear in zip(SCRIPT, ears, strict=True):
        at(env, when, partial(model.submit, request, 1, ear))
    at(env, 8.0, lambda: model.crash(2.0))
    env.run(400)
    return tuple(model.effects()), [(ear.answer, ear.at) for ear in ears], injector.seen


def on_a_loop() -> Told:
    loop = JumpingLoop(0.0)
    env = PacedEnvironment(loop)
    model, injector = cluster(env)
    ears = [Ear(env) for _ in SCRIPT]
    for (when, request), ear in zip(SCRIPT, ears, strict=True):
        loop.call_at(when, partial(model.submit, request, 1, ear))
    loop.call_at(8.0, model.crash, 2.0)
    loop.run_until_complete(asyncio.sleep(400))
    env.close()
    loop.close()
    return tuple(model.effects()), [(ear.answer, ear.at) for ear in ears], injector.seen


def test_the_same_script_gives_the_same_effects_answers_and_coordinates_on_both_clocks() -> None:
    virtual, paced = in_virtual_time(), on_a_loop()
    assert [(row.kind, row.name, row.late) for row in paced[0]] == [
        (row.kind, row.name, row.late) for row in virtual[0]
    ]
    assert [row.at for row in paced[0]] == pytest.approx([row.at for row in virtual[0]], abs=1e-6)
    assert [answer for answer, _ in paced[1]] == [answer for answer, _ in virtual[1]]
    assert [(row.key, row.verb, row.attempt) for row in paced[2]] == [
        (row.key, row.verb, row.attempt) for row in virtual[2]
    ]
    assert len(virtual[0]) > 40
