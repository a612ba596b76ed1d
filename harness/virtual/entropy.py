"""Bytes that nobody guesses, except that they follow from the seed: so a run repeats to the last id."""

import itertools

from connector.chance import Chance
from pipeline.marks import StoreIdentity
from pipeline.store.connection import new_identity
from pipeline.uuid7 import Entropy

__all__ = ["keyed_entropy", "keyed_identity"]


def keyed_entropy(seed: int, life: str) -> Entropy:
    """The entropy of one life of a process. life: no two of a run share the word."""
    chance = Chance(seed, "entropy", life)
    numbers = itertools.count()

    def draw(size: int) -> bytes:
        words = (chance.bits(next(numbers)).to_bytes(8, "little") for _ in range(-(-size // 8)))
        return b"".join(words)[:size]

    return draw


def keyed_identity(seed: int) -> StoreIdentity:
    """Of the store of a run, in every world that repeats."""
    return new_identity(keyed_entropy(seed, "store"))
