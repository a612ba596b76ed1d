"""Keyed randomness: every value is a pure function of (seed, coordinate), never the next of a stream.

So adding or removing one draw changes no other, a schedule replays exactly, and worlds agree draw for
draw. BLAKE2b hashes the words of the coordinate once; SplitMix64 (Steele, Lea, Flood: "Fast splittable
pseudorandom number generators", OOPSLA 2014) turns hash and indices into uniform values.
"""

from functools import lru_cache
from hashlib import blake2b

__all__ = ["Chance", "mix64"]

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15


def mix64(value: int) -> int:
    """SplitMix64's finaliser: a bijection of 64-bit integers."""
    value = (value + _GOLDEN) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


_mixed = lru_cache(maxsize=4096)(mix64)
"""Of an index: most are small, or come again, since a share's draws have its name or number in common."""


class Chance:
    """The randomness of one purpose: `Chance(seed, "north", "create.service").u01(op, attempt)`."""

    __slots__ = ("_key",)

    def __init__(self, seed: int, *words: str) -> None:
        text = "\x1f".join((str(seed), *words)).encode()
        self._key = int.from_bytes(blake2b(text, digest_size=8).digest(), "little")

    @property
    def key(self) -> int:
        """The number that the purpose is keyed by, for who makes many draws at once."""
        return self._key

    def under(self, *indices: int) -> "Chance":
        """Of all coordinates that begin with these: `chance.under(1, 2).u01(3)` is `chance.u01(1, 2, 3)`."""
        narrowed = Chance.__new__(Chance)
        key = self._key
        for index in indices:
            key = mix64(key ^ _mixed(index & _MASK))
        narrowed._key = key
        return narrowed

    def bits(self, *indices: int) -> int:
        """64 uniform bits for these indices."""
        value = self._key
        for index in indices:
            value = mix64(value ^ _mixed(index & _MASK))
        return mix64(value)

    def u01(self, *indices: int) -> float:
        """A uniform value in the open interval (0, 1), so that any quantile function accepts it."""
        return ((self.bits(*indices) >> 11) + 0.5) * 2.0**-53

    def choice(self, size: int, *indices: int) -> int:
        """A uniform integer in range(size)."""
        return int(self.u01(*indices) * size)


@lru_cache(maxsize=4096)
def word_index(word: str) -> int:
    """A stable 64-bit index for a word, such as a share's name, to use as a coordinate."""
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little")
