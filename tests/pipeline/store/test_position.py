"""From where messages, due records and expired keys are looked for in PostgreSQL."""

import asyncio
from collections.abc import Callable, Sequence
from math import inf

from harness.virtual.loop import run_virtually
from pipeline.store.postgres.position import Position


class Table:
    """What waits, by instant. A look tells of what was there when it began, and takes so long. asked: from where."""

    def __init__(self, *waiting: float, takes: float = 0.0) -> None:
        self.waiting = list(waiting)
        self.takes = takes
        self.asked: list[float] = []

    async def first(self, since: float) -> tuple[float, float]:
        now = asyncio.get_running_loop().time()
        self.asked.append(since)
        found = min((at for at in self.waiting if since <= at <= now), default=inf)
        await asyncio.sleep(self.takes)
        return found, now


def sinces(table: Table, *, turns: int, meanwhile: Callable[[int, Position], None] | None = None) -> Sequence[float]:
    """Where the position stands after each turn."""

    async def main() -> Sequence[float]:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(100.0 - loop.time())
        position, found = Position(loop.time), []
        for turn in range(turns):
            if meanwhile is not None:
                meanwhile(turn, position)
            assert await position.keep(table.first)
            found.append(position.since)
        return found

    return run_virtually(main())


def test_where_nothing_waits_a_look_begins_as_far_back_as_something_may_be_committed_late() -> None:
    assert sinces(Table(), turns=3) == [99.0, 100.0, 101.0]


def test_what_waits_keeps_the_position() -> None:
    table = Table(98.5)
    assert sinces(table, turns=3) == [98.5, 98.5, 98.5]


def test_each_look_is_from_the_beginning_while_that_takes_no_time() -> None:
    table = Table()
    sinces(table, turns=3)
    assert table.asked == [-inf, -inf, -inf]


def test_looks_from_the_beginning_take_a_hundredth_of_the_time_at_most() -> None:
    table = Table(takes=0.5)
    sinces(table, turns=70)
    whole = [turn for turn, since in enumerate(table.asked) if since == -inf]
    assert whole == [0, 34, 68]


def test_what_came_to_lie_behind_is_found_by_the_next_look_from_the_beginning() -> None:
    table = Table(takes=0.5)

    def is_late(turn: int, position: Position) -> None:
        if turn == 5:
            assert position.since > 50.0
            table.waiting.append(50.0)

    found = sinces(table, turns=36, meanwhile=is_late)
    assert [turn for turn, since in enumerate(found) if since == 50.0] == [34, 35]


def test_a_taker_moves_it_on_and_never_back() -> None:
    def takes(turn: int, position: Position) -> None:
        position.move([200.0, 150.0][turn])

    assert sinces(Table(), turns=2, meanwhile=takes) == [200.0, 200.0]
