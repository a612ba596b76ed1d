"""Many keyed draws at once, bit for bit those of `connector.chance`: SplitMix64 on the lanes of one long integer.

A lane is 128 bits wide and holds 64: the product of a lane and a 64-bit constant fits into it, so that one
multiplication of a long integer by a short one multiplies all lanes, and Python's own arithmetic does the loop.
"""

import sys
from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import repeat

from connector.chance import Chance, mix64

__all__ = ["LANES", "Lanes", "absorb", "absorb_same", "key_of", "pack", "same", "u01"]

LANES = 512
"""Draws made at once: enough that the interpreter's own cost per operation vanishes, few enough for the cache."""

_GOLDEN = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB
_LANE = (1 << 64) - 1

Lanes = int
"""64-bit values, 128 bits apart."""


def pack(values: Iterable[int], size: int) -> Lanes:
    wide = array("Q", bytes(16 * size))
    wide[::2] = array("Q", values)
    return int.from_bytes(wide.tobytes(), sys.byteorder)


def unpack(lanes: Lanes, size: int) -> Sequence[int]:
    wide = array("Q")
    wide.frombytes(lanes.to_bytes(16 * size, sys.byteorder))
    return wide[::2]


@lru_cache(maxsize=8)
def _all(size: int, value: int) -> Lanes:
    return pack(repeat(value, size), size)


def mix(lanes: Lanes, size: int) -> Lanes:
    """`connector.chance.mix64` of each lane."""
    mask = _all(size, _LANE)
    lanes = (lanes + _all(size, _GOLDEN)) & mask
    lanes = ((lanes ^ ((lanes >> 30) & mask)) * _FIRST) & mask
    lanes = ((lanes ^ ((lanes >> 27) & mask)) * _SECOND) & mask
    return lanes ^ ((lanes >> 31) & mask)


def key_of(chance: Chance) -> int:
    """The number that a purpose is keyed by."""
    return chance._key


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
    """The uniform values of coordinates that are complete."""
    return [((bits >> 11) + 0.5) * 2.0**-53 for bits in unpack(mix(state, size), size)]
