"""How a reply's bytes go out: spoiled as the plan says, at the pace that it says or at which they are taken."""

import asyncio
from collections.abc import Callable, Iterator
from hashlib import shake_256

from connector.chance import Chance
from fake_clusters.plans import OutputPlan

__all__ = ["Outflow", "Source", "noise", "note_spoiled", "pieces", "source_of", "spoil"]

_TICK = 0.02
"""Seconds between two pieces of a drip, where the rate allows more than one byte in that time."""

_BLOCK = 65_536
"""Bytes of noise that are made; more of it is these again and again."""

_AT_ONCE = 4 * _BLOCK
"""Bytes that one turn of the loop writes at most, so that a flood leaves the others their turn."""

_UNSENT = 1 << 20
"""Bytes that may wait for the network before a flood waits too."""

_MASK = 4096
"""Bytes in which the places of damage are drawn one by one; a longer reply has them again and again."""

_PRINTABLE = bytes(0x0A if code % 64 == 0 else 0x20 + code % 95 for code in range(256))


def noise(chance: Chance, size: int, *indices: int) -> bytes:
    """So many bytes that follow from the coordinate, of every value."""
    return shake_256(chance.bits(*indices).to_bytes(8, "little")).digest(size)


def spoil(data: bytes, plan: OutputPlan, chance: Chance, *indices: int) -> bytes:
    """What is sent of `data`: a part, some of it replaced."""
    if plan.keep < 1.0:
        data = data[: int(len(data) * plan.keep)]
    if plan.garble > 0.0 and data:
        data = _garbled(data, plan.garble, chance, *indices)
    return data


def note_spoiled(plan: OutputPlan, at: float, *streams: bytes) -> None:
    """Note what of the plan makes a difference to a reply of these streams, at an instant of the model."""
    kept = [int(len(data) * plan.keep) for data in streams]
    if sum(kept) < sum(map(len, streams)):
        plan.note(at, "keep")
    if plan.garble > 0.0 and any(kept):
        plan.note(at, "garble")
    if plan.extra:
        plan.note(at, "extra")
    if plan.no_status:
        plan.note(at, "no_status")
    if plan.rate is not None and (plan.extra or any(kept)):
        plan.note(at, "rate")


def _garbled(data: bytes, fraction: float, chance: Chance, *indices: int) -> bytes:
    """At least one byte is another one, so that the fault can be seen."""
    size = min(len(data), _MASK)
    places = sorted(range(size), key=lambda place: chance.bits(*indices, 2, place))
    flips = noise(chance, size, *indices, 3)
    mask = bytearray(size)
    for place in places[: max(1, round(size * fraction))]:
        mask[place] = flips[place] | 0x80
    whole = (bytes(mask) * (len(data) // size + 1))[: len(data)]
    # As one number each: byte by byte, a reply of megabytes would hold up everyone.
    return (int.from_bytes(data, "big") ^ int.from_bytes(whole, "big")).to_bytes(len(data), "big")


class Source:
    """Bytes to send, in order: `extra` bytes of noise, a block of it again and again, then `data`."""

    __slots__ = ("_at", "_block", "_data", "_extra", "left")

    def __init__(self, data: bytes, block: bytes = b"", extra: int = 0) -> None:
        self._data = data
        self._block = block
        self._extra = extra
        self._at = 0
        self.left = extra + len(data)

    def take(self, most: int) -> bytes:
        """The next bytes: at least one, at most so many, within one block."""
        at = self._at
        if at < self._extra:
            begin = at % len(self._block)
            taken = self._block[begin : begin + min(most, self._extra - at)]
        else:
            taken = self._data[at - self._extra : at - self._extra + min(most, _BLOCK)]
        self._at += len(taken)
        self.left -= len(taken)
        return taken

    def rest(self) -> bytes:
        """All that is left, at once."""
        pieces = []
        while self.left:
            pieces.append(self.take(_BLOCK))
        return b"".join(pieces)


def source_of(data: bytes, plan: OutputPlan, chance: Chance, *indices: int) -> Source:
    """What is sent of `data`: spoiled, after printable noise."""
    data = spoil(data, plan, chance, *indices)
    if not plan.extra:
        return Source(data)
    block = noise(chance, min(plan.extra, _BLOCK), *indices, 1).translate(_PRINTABLE)
    return Source(data, block, plan.extra)


def pieces(began: float, size: int, rate: float) -> Iterator[tuple[float, int]]:
    """When an outflow that began at an instant goes on, and how many of its bytes are out then."""
    at, sent = began, 0
    while sent < size:
        at += _tick(rate)
        sent = min(size, _owed(at - began, rate))
        yield at, sent


def _tick(rate: float | None) -> float:
    return _TICK if rate is None else max(_TICK, 1.0 / rate)


def _owed(elapsed: float, rate: float) -> int:
    """Bytes that may be out after so many seconds."""
    return int(elapsed * rate + 1e-6)


class Outflow:
    """Bytes on their way out: at so many per second, or (rate None) as fast as they are taken; then `done` is called.

    unsent: how many written bytes the network has not taken yet.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        source: Source,
        rate: float | None,
        *,
        write: Callable[[bytes], None],
        unsent: Callable[[], int],
        done: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._source = source
        self._rate = rate
        self._write = write
        self._unsent = unsent
        self._done = done
        self._size = source.left
        self._began = loop.time()
        self._tick = _tick(rate)
        self._held = False
        self._timer: asyncio.Handle | None = None

    def start(self) -> None:
        if self._rate is None:
            self._next()
        else:
            self._timer = self._loop.call_later(self._tick, self._next)

    def hold(self) -> None:
        """Stop writing until `resume`: the peer's window is full."""
        self._held = True

    def resume(self) -> None:
        self._held = False
        if self._timer is None:
            self._timer = self._loop.call_soon(self._next)

    def stop(self) -> None:
        self._held = True
        if self._timer is not None:
            self._timer.cancel()

    def _next(self) -> None:
        self._timer = None
        source = self._source
        room = _AT_ONCE
        while source.left and room > 0 and self._unsent() < _UNSENT and (due := self._due()) > 0:
            if self._held:
                return
            taken = source.take(min(due, room))
            room -= len(taken)
            self._write(taken)
        if not source.left:
            self._done()
        elif not self._held:
            wait = self._tick if room > 0 else 0.0
            self._timer = self._loop.call_later(wait, self._next)

    def _due(self) -> int:
        """How many bytes more may be out by now."""
        left = self._source.left
        if self._rate is None:
            return left
        return min(left, _owed(self._loop.time() - self._began, self._rate) - (self._size - left))
