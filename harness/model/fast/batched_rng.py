"""Many keyed draws at once, bit for bit those of `connector.chance`: SplitMix64 on the lanes of one long integer.

A lane is 128 bits wide and holds 64: the product of a lane and a 64-bit constant fits into it, so that one
multiplication of a long integer by a short one multiplies all lanes, and Python's own arithmetic does the loop.
"""

import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import repeat

from connector.chance import Chance, mix64

__all__ = [
    "LANES",
    "Lanes",
    "absorb",
    "absorb_same",
    "drawn",
    "joined",
    "mix",
    "numbered",
    "pack",
    "same",
    "u01",
]

LANES = 512
"""Draws made at once: enough that the interpreter's own cost per operation vanishes, few enough for the cache."""
_FEW = 16

_GOLDEN = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB
_LANE = (1 << 64) - 1
_BETWEEN = bytes(8)
_SIGN, _FRACTION, _HALF = 1 << 63, (1 << 52) - 1, 0x3FE << 52
"""Of a float, as it is written: its sign, its fraction, and 0.5."""
_MORE = 2.0**-54
_LESS = 0.5 - _MORE

Lanes = int
"""64-bit values, 128 bits apart."""


def pack(values: Iterable[int]) -> Lanes:
    return joined(value.to_bytes(8, "little") for value in values)


def joined(values: Iterable[bytes]) -> Lanes:
    """Each value as eight bytes, the lowest first."""
    return int.from_bytes(_BETWEEN.join(values), "little")


@lru_cache(maxsize=16)
def _all(size: int, value: int) -> Lanes:
    return pack(repeat(value, size))


def mix(lanes: Lanes, size: int) -> Lanes:
    """`connector.chance.mix64` of each lane. What the last shift brings down from the next one stays in its upper half,
    which nobody reads."""
    mask = _all(size, _LANE)
    lanes = (lanes + _all(size, _GOLDEN)) & mask
    lanes = ((lanes ^ ((lanes >> 30) & mask)) * _FIRST) & mask
    lanes = ((lanes ^ ((lanes >> 27) & mask)) * _SECOND) & mask
    return lanes ^ (lanes >> 31)


def absorb(state: Lanes, index: Lanes, size: int) -> Lanes:
    """One more index of a coordinate."""
    return mix(state ^ mix(index, size), size)


def absorb_same(state: Lanes, index: int, size: int) -> Lanes:
    """The same with one index for all lanes."""
    return mix(state ^ same(mix64(index), size), size)


@lru_cache(maxsize=64)
def same(value: int, size: int) -> Lanes:
    """The same value in every lane."""
    return value * _all(size, 1)


def u01(state: Lanes, size: int) -> list[float]:
    """The uniform values of coordinates that are complete: `(bits + 0.5) * 2.0**-53` of the 53 highest bits of each.

    No number of them is made into a float: it is written as one. Its highest bit becomes the sign, the others the
    fraction of a float of 0.5 or more. What that is too much (or, where the highest bit is set, too little) one
    subtraction mends, and that rounds just as the sum would.
    """
    bits = mix(state, size)
    written = ((bits >> 11) & _all(size, _FRACTION)) | (bits & _all(size, _SIGN)) | _all(size, _HALF)
    return [_MORE - x if x < 0.0 else x - _LESS for x in _floats(written, size)]


def _floats(lanes: Lanes, size: int) -> Sequence[float]:
    """What is written in each lane."""
    wide = array("d", lanes.to_bytes(16 * size, "little"))
    if sys.byteorder == "big":
        wide.byteswap()
    return wide[::2]


def numbered(first: int, size: int) -> Lanes:
    """first, first + 1, and so on."""
    return _ascending(size) + first * _all(size, 1)


@lru_cache(maxsize=8)
def _ascending(size: int) -> Lanes:
    return pack(range(size))


def drawn(chance: Chance, numbers: Sequence[int], *indices: int) -> Iterator[float]:
    """`chance.u01(number, *indices)` of each, a few at a time."""
    key = same(chance.key, _FEW)
    for begin in range(0, len(numbers), _FEW):
        few = numbers[begin : begin + _FEW]
        state = absorb(key, pack(few), _FEW)
        for index in indices:
            state = absorb_same(state, index, _FEW)
        yield from u01(state, _FEW)[: len(few)]
