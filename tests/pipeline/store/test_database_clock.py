"""The database's clock as seen from a machine that is at times too busy to look."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from math import inf
from typing import Any, cast

import pytest

from pipeline.store.postgres.database_clock import DatabaseClock

AHEAD = 100.0
"""Seconds by which the database's clock is ahead."""


class SlowAnswers:
    """A connection and the clock of its host. delays: of the answers, one after the other; all of each goes by on the
    way back."""

    def __init__(self) -> None:
        self.now = 0.0
        self.delays: Iterator[float] = iter(())

    def clock(self) -> float:
        return self.now

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        yield

    async def fetchval(self, _: str) -> float:
        at = self.now + AHEAD
        self.now += next(self.delays)
        return at


async def error_after(*looks: Iterable[float]) -> float:
    """Seconds by which the clock is off when it has looked as often as that, 30 s apart."""
    answers = SlowAnswers()
    clock, off = DatabaseClock(answers.clock), inf
    for delays in looks:
        answers.delays = iter(delays)
        await clock.look(cast("Any", answers))
        off = abs(clock() - (answers.now + AHEAD))
        answers.now += 30.0
    return off


async def test_a_few_answers_are_enough_where_one_is_fast() -> None:
    assert await error_after([1.0, 1.0, 0.002, 1.0, 1.0]) == pytest.approx(0.001)


async def test_where_all_are_slow_more_are_asked_for() -> None:
    assert await error_after([0.8] * 15 + [0.03]) == pytest.approx(0.015)


async def test_a_slow_look_replaces_no_better_one() -> None:
    assert await error_after([0.002] * 5, [1.0] * 20) == pytest.approx(0.001)


async def test_in_time_a_worse_look_is_the_better_one() -> None:
    """What clocks drift apart is more by then: 15 ms in 30 s."""
    assert await error_after([0.002] * 5, [0.02] * 5) == pytest.approx(0.01)
