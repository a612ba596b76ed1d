"""UUID version 7 (RFC 9562), which Python 3.11 does not have: ids that sort by the instant at which they were made."""

import os
from collections.abc import Callable, Iterator
from struct import Struct

from connector.clock import Clock

__all__ = ["Entropy", "uuid7_maker", "uuid7_of"]

Entropy = Callable[[int], bytes]
"""Gives that many bytes that nobody guesses, or, in a virtual world, bytes that repeat with the seed."""

_TAILS = Struct(">64Q")  # a system call for each id would cost more than all else of it; a short life needs few
_COUNTER_BITS = 12
_COUNTER_MASK = (1 << _COUNTER_BITS) - 1
_TAIL_MASK = (1 << 62) - 1
_HALVES = Struct(">QQ")


def uuid7_maker(clock: Clock, entropy: Entropy = os.urandom) -> Callable[[], str]:
    """A maker of ids that rise strictly, even when the clock stands still or a thousand are made in its millisecond.

    The 12 bits after the version count within one millisecond (RFC 9562, method 1); when they are used up
    the millisecond is borrowed from the future, so that order is kept.
    """
    newest = 0
    tails = _tails(entropy)

    def make() -> str:
        nonlocal newest
        newest = max(newest + 1, int(clock() * 1000) << _COUNTER_BITS)
        return uuid7_of(newest, next(tails))

    return make


def uuid7_of(instant: int, tail: int) -> str:
    """The id of an instant (milliseconds, then 12 bits that count within one) and 62 bits of chance."""
    milliseconds, counter = instant >> _COUNTER_BITS, instant & _COUNTER_MASK
    text = _HALVES.pack(milliseconds << 16 | 0x7000 | counter, 0b10 << 62 | tail & _TAIL_MASK).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _tails(entropy: Entropy) -> Iterator[int]:
    while True:
        yield from _TAILS.unpack(entropy(_TAILS.size))
