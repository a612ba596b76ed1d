"""UUID version 7 (RFC 9562), which Python 3.11 does not have: ids that sort by the instant at which they were made."""

import os
from collections.abc import Callable

from connector.clock import Clock

__all__ = ["Entropy", "uuid7_maker"]

Entropy = Callable[[int], bytes]
"""Gives that many bytes that nobody guesses, or, in a virtual world, bytes that repeat with the seed."""

_COUNTER_BITS = 12
_COUNTER_MASK = (1 << _COUNTER_BITS) - 1
_TAIL_MASK = (1 << 62) - 1


def uuid7_maker(clock: Clock, entropy: Entropy = os.urandom) -> Callable[[], str]:
    """A maker of ids that rise strictly, even when the clock stands still or a thousand are made in its millisecond.

    The 12 bits after the version count within one millisecond (RFC 9562, method 1); when they are used up
    the millisecond is borrowed from the future, so that order is kept.
    """
    newest = 0

    def make() -> str:
        nonlocal newest
        newest = max(newest + 1, int(clock() * 1000) << _COUNTER_BITS)
        milliseconds, counter = newest >> _COUNTER_BITS, newest & _COUNTER_MASK
        tail = int.from_bytes(entropy(8), "big") & _TAIL_MASK
        text = f"{milliseconds << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | tail:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    return make
