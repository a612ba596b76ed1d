"""Bytes that nobody guesses, except that they follow from the seed: so a run repeats to the last id."""

import itertools
from collections.abc import Callable

from connector.chance import Chance

__all__ = ["STORE", "keyed_entropy"]

STORE = "store"
"""The word for the store of a run, which outlives all processes."""


def keyed_entropy(seed: int, life: str) -> Callable[[int], bytes]:
    """The entropy of one life of a process. life: no two of a run share the word."""
    chance = Chance(seed, "entropy", life)
    numbers = itertools.count()

    def draw(size: int) -> bytes:
        words = (chance.bits(next(numbers)).to_bytes(8, "little") for _ in range(-(-size // 8)))
        return b"".join(words)[:size]

    return draw
