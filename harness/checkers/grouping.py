"""Rows put in order and into groups, at the speed of the interpreter's own loops."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Protocol, TypeVar

__all__ = ["NUMBER", "ByName", "grouped", "grouped_by_name", "named", "repeats"]

K = TypeVar("K")
V = TypeVar("V")
N = TypeVar("N", bound="Named")

ByName = Mapping[str, Mapping[str, V]]
"""By location (or cluster), then by name: two words are looked up faster than their pair, which must be made first."""

_NONE: Mapping[str, Any] = {}


class Named(Protocol):
    """A row that concerns one share."""

    @property
    def location(self) -> str: ...

    @property
    def name(self) -> str: ...


NUMBER: Callable[[Any], int] = attrgetter("number")


def grouped(rows: Iterable[V], *, by: Callable[[V], K]) -> dict[K, list[V]]:
    """Rows by their key, both in the order in which they came."""
    groups: dict[K, list[V]] = defaultdict(list)
    for row in rows:
        groups[by(row)].append(row)
    return groups


def grouped_by_name(rows: Iterable[N]) -> dict[str, dict[str, list[N]]]:
    """Rows by location and name, each group in the order in which they came."""
    places: dict[str, dict[str, list[N]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        places[row.location][row.name].append(row)
    return places


def named(groups: ByName[Sequence[V]], location: str, name: str) -> Sequence[V]:
    """The group of one share; empty where there is none."""
    found: Sequence[V] = groups.get(location, _NONE).get(name, ())
    return found


def repeats(values: Sequence[K]) -> frozenset[K]:
    """The values that come more than once: seldom any, which is told by their number alone."""
    if len(set(values)) == len(values):
        return frozenset()
    return frozenset([value for value, count in Counter(values).items() if count > 1])
