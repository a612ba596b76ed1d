"""The one clock: Unix time, driven by the loop."""

import asyncio
import time

from connector.clock import Clock, steady_clock
from connector.event_loop import run_serving

STALL = 0.05


class HaltingLoop(asyncio.SelectorEventLoop):
    """A loop whose process is put aside for a moment at each of its first looks at the clock."""

    stalls = 0

    def time(self) -> float:
        if self.stalls > 0:
            self.stalls -= 1
            time.sleep(STALL)
        return super().time()


def _is_right(clock: Clock) -> bool:
    """Whether it shows Unix time, however long the looking takes."""
    before, shown, after = time.time(), clock(), time.time()
    return before - STALL / 2 <= shown <= after + STALL / 2


async def test_it_is_unix_time() -> None:
    assert _is_right(steady_clock(asyncio.get_running_loop()))


def test_a_process_that_is_put_aside_between_two_readings_is_not_late_for_ever() -> None:
    loop = HaltingLoop()
    try:
        loop.stalls = 5
        clock = steady_clock(loop)
        assert loop.stalls == 0
        assert _is_right(clock)
    finally:
        loop.close()


def test_it_is_right_on_uvloop_also_late_in_a_turn_and_finer_than_a_millisecond() -> None:
    async def late() -> bool:
        time.sleep(STALL)  # the loop's own time stands still meanwhile
        clock = steady_clock(asyncio.get_running_loop())
        shown = {clock() for _ in range(100)}
        await asyncio.sleep(0)
        return len(shown) > 10 and _is_right(clock)

    assert run_serving(late())
