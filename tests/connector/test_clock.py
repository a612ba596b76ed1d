"""The one clock: Unix time, driven by the loop."""

import asyncio
import time

from connector.clock import Clock, steady_clock

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
