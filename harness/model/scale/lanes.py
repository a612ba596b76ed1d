"""Many keyed draws at once, bit for bit those of `connector.chance`: SplitMix64 on the lanes of one long integer.

A lane is 128 bits wide and holds 64: the product of a lane and a 64-bit constant fits into it, so that one
multiplication of a long integer by a short one multiplies all lanes, and Python's own arithmetic does the loop.
"""

import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import count, repeat

from connector.chance import Chance, mix64

__all__ = [
    "LANES",
    "Lanes",
    "absorb",
    "absorb_same",
    "draws",
    "mix",
    "numbered",
    "pack",
    "same",
    "u01",
    "unit",
    "unpack",
    "words",
]

LANES = 512
"""Draws made at once: enough that the interpreter's own cost per operation vanishes, few enough for the cache."""
_FEW = 16

_GOLDEN = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB
_LANE = (1 << 64) - 1
_BLANK = blake2b(digest_size=8)

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
    # What a shift brings down from the next lane stays in the upper half of this one, which nobody reads.
    return [(bits + 0.5) * 2.0**-53 for bits in unpack(mix(state, size) >> 11, size)]


def unit(bits: int) -> float:
    """The uniform value that 64 bits make."""
    return ((bits >> 11) + 0.5) * 2.0**-53


def numbered(first: int, size: int) -> Lanes:
    """first, first + 1, and so on."""
    return _ascending(size) + first * _all(size, 1)


@lru_cache(maxsize=8)
def _ascending(size: int) -> Lanes:
    return pack(range(size), size)


def draws(chance: Chance) -> Iterator[float]:
    """`chance.u01(1)`, `chance.u01(2)`, and so on, a few at a time."""
    key = same(chance.key, _FEW)
    for first in count(1, _FEW):
        yield from u01(absorb(key, numbered(first, _FEW), _FEW), _FEW)


def words(names: Sequence[str]) -> Lanes:
    """`connector.chance.word_index` of each."""
    digests = array("Q", b"".join([_digest(name.encode()) for name in names]))
    if sys.byteorder == "big":
        digests.byteswap()
    return pack(digests, len(names))


def _digest(word: bytes) -> bytes:
    hash = _BLANK.copy()  # less than half the cost of a new one
    hash.update(word)
    return hash.digest()
