"""The names of the load's shares as the draws know them, by `connector.chance.word_index`: most are never spelled."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from harness.model.fast.batched_rng import Lanes, joined
from harness.workload.names import ADDITIONS, ENDS, addition, odd_name, stem

__all__ = ["name_indices", "quoted_name_indices"]

_ENDS = tuple(end.encode() for end in ENDS)
_ADDITIONS = {addition: addition.encode() for addition in ADDITIONS}


def name_indices(first: int, size: int, odd: Iterable[tuple[int, float]]) -> Lanes:
    """Those of arrivals in a row, of at most a thousand. odd: numbers of the odd ones, each with its second draw."""
    begin = first % len(_ENDS)
    ends = list((_ENDS + _ENDS)[begin : begin + size])
    for number, u in odd:
        ends[number - first] += _ADDITIONS[addition(u)]
    alike = len(_ENDS) - begin
    return joined(_digests(first, ends[:alike]) + _digests(first + alike, ends[alike:]))


def quoted_name_indices(first: int, size: int, odd: Iterable[tuple[int, float]]) -> Lanes:
    """The same of each name's `ascii`, as the draws of faults know it."""
    begin = first % len(_ENDS)
    ends = [end + b"'" for end in (_ENDS + _ENDS)[begin : begin + size]]
    alike = len(_ENDS) - begin
    digests = _digests(first, ends[:alike], b"'") + _digests(first + alike, ends[alike:], b"'")
    for number, u in odd:
        digests[number - first] = blake2b(ascii(odd_name(number, u)).encode(), digest_size=8).digest()
    return joined(digests)


def _digests(first: int, ends: Sequence[bytes], quote: bytes = b"") -> list[bytes]:
    """Words that begin alike are hashed in copies of what has read their beginning: half the cost of new ones."""
    begun = blake2b(quote + stem(first).encode(), digest_size=8)
    found = []
    for end in ends:
        hash = begun.copy()
        hash.update(end)
        found.append(hash.digest())
    return found
