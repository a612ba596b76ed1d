"""Rows put in order and into groups, at the speed of the interpreter's own loops."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, TypeVar

__all__ = ["NAMED", "NUMBER", "grouped", "repeats"]

K = TypeVar("K")
V = TypeVar("V")

NUMBER: Callable[[Any], int] = attrgetter("number")
NAMED: Callable[[Any], tuple[str, str]] = attrgetter("location", "name")


def grouped(rows: Iterable[V], *, by: Callable[[V], K]) -> dict[K, list[V]]:
    """Rows by their key, both in the order in which they came."""
    groups: dict[K, list[V]] = defaultdict(list)
    for row in rows:
        groups[by(row)].append(row)
    return groups


def repeats(values: Iterable[K]) -> frozenset[K]:
    """The values that come more than once."""
    return frozenset([value for value, count in Counter(values).items() if count > 1])
