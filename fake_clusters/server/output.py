"""How a reply's bytes go out: spoiled as the plan says, at the pace that it says."""

import asyncio
from collections.abc import Callable
from hashlib import shake_256

from connector.chance import Chance
from fake_clusters.plans import OutputPlan

__all__ = ["Drip", "noise", "spoil"]

_TICK = 0.02
"""Seconds between two pieces of a drip, where the rate allows more than one byte in that time."""

_PRINTABLE = bytes(0x0A if code % 64 == 0 else 0x20 + code % 95 for code in range(256))


def noise(chance: Chance, size: int, *indices: int) -> bytes:
    """So many bytes that follow from the coordinate, of every value."""
    return shake_256(chance.bits(*indices).to_bytes(8, "little")).digest(size)


def spoil(data: bytes, plan: OutputPlan, chance: Chance, *indices: int) -> bytes:
    """What is sent of `data`: a part, some of it replaced, printable noise in front."""
    if plan.keep < 1.0:
        data = data[: int(len(data) * plan.keep)]
    if plan.garble > 0.0:
        data = _garbled(data, plan.garble, chance, *indices)
    if plan.extra:
        data = noise(chance, plan.extra, *indices, 1).translate(_PRINTABLE) + data
    return data


def _garbled(data: bytes, fraction: float, chance: Chance, *indices: int) -> bytes:
    """At least one byte is another one, so that the fault can be seen."""
    if not data:
        return data
    places = sorted(range(len(data)), key=lambda place: chance.bits(*indices, 2, place))
    changed = bytearray(data)
    flips = noise(chance, len(data), *indices, 3)
    for place in places[: max(1, round(len(data) * fraction))]:
        changed[place] ^= flips[place] | 0x80
    return bytes(changed)


class Drip:
    """Bytes that go out at so many per second."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        data: bytes,
        rate: float,
        write: Callable[[bytes], None],
        done: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._data = data
        self._rate = rate
        self._write = write
        self._done = done
        self._sent = 0
        self._began = loop.time()
        self._tick = max(_TICK, 1.0 / rate)
        self._timer = loop.call_later(self._tick, self._next)

    def stop(self) -> None:
        self._timer.cancel()

    def _next(self) -> None:
        due = min(len(self._data), int((self._loop.time() - self._began) * self._rate + 1e-6))
        if due > self._sent:
            self._write(self._data[self._sent : due])
            self._sent = due
        if self._sent == len(self._data):
            self._done()
        else:
            self._timer = self._loop.call_later(self._tick, self._next)
