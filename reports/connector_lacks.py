"""What a cluster's connector lacks, and which promises are weaker for it: what it cannot be asked, no service keeps."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from connector.operations import Capability

if TYPE_CHECKING:
    from connector.dialects import FileDialect

__all__ = ["WEAKNESSES", "ConnectorLack", "Weakness", "in_detail", "in_sentences", "lacks_of", "weaker", "weaknesses"]


class ConnectorLack(StrEnum):
    """sequence numbers: it does not tell an old command from a newer one. marks: its shares do not say whose they are.
    marks of half-made shares: nor do those that it has begun to make. request ids: a command that is repeated is
    another one."""

    SEQUENCES = "sequence numbers"
    MARKS = "marks"
    HALF_MADE_MARKS = "marks of half-made shares"
    REQUEST_IDS = "request ids"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakness:
    """lacks: all of these are missing. invariants: what is weaker. how: what they rest on instead."""

    lacks: tuple[ConnectorLack, ...]
    invariants: tuple[str, ...]
    how: str

    def __str__(self) -> str:
        return f"no {' and no '.join(self.lacks)}: {', '.join(self.invariants)} {self.how}"


WEAKNESSES = (
    Weakness(
        lacks=(ConnectorLack.SEQUENCES,),
        invariants=("S5", "S7", "S8", "L2"),
        how="hold as long as no command takes effect after its fence",
    ),
    Weakness(
        lacks=(ConnectorLack.MARKS,),
        invariants=("S8", "L2"),
        how="rest on names: a delete hits whatever has the name, and what is left behind looks like anybody's",
    ),
    Weakness(
        lacks=(ConnectorLack.HALF_MADE_MARKS,),
        invariants=("S8", "L2"),
        how="rest on names while a share is half-made: one that is left so looks like anybody's",
    ),
    Weakness(
        lacks=(ConnectorLack.REQUEST_IDS,),
        invariants=("S6", "S8"),
        how="are judged in a weaker form: no effect tells which command had it",
    ),
    Weakness(
        lacks=(ConnectorLack.MARKS, ConnectorLack.REQUEST_IDS),
        invariants=("S5", "S7", "S8", "S10"),
        how="rest on names and sizes, or are judged in a weaker form: nothing tells for which record a share was made",
    ),
)

_SHOWN = 3
"""Clusters that a sentence names."""


class _Cluster(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def lacks(self) -> tuple[ConnectorLack, ...]: ...


def lacks_of(capabilities: Container[Capability], dialect: "FileDialect") -> tuple[ConnectorLack, ...]:
    """What a connector of this dialect lacks that claims these capabilities."""
    marks = Capability.MARK in capabilities
    has = {
        ConnectorLack.SEQUENCES: Capability.SEQUENCE in capabilities,
        ConnectorLack.MARKS: marks,
        ConnectorLack.HALF_MADE_MARKS: dialect.marks_half_made or not marks,
        ConnectorLack.REQUEST_IDS: dialect.request_ids,
    }
    return tuple(lack for lack in ConnectorLack if not has[lack])


def weaknesses(lacks: Iterable[ConnectorLack]) -> Sequence[Weakness]:
    """What these cost."""
    found = frozenset(lacks)
    return [weakness for weakness in WEAKNESSES if found.issuperset(weakness.lacks)]


def weaker(lacks: Iterable[ConnectorLack]) -> Sequence[str]:
    """The invariants that are weaker for these, in order."""
    return sorted({name for weakness in weaknesses(lacks) for name in weakness.invariants}, key=_in_order)


def _by_lacks(clusters: Iterable[_Cluster]) -> Mapping[tuple[ConnectorLack, ...], str]:
    """The clusters that lack something, in words, by what they lack."""
    names: dict[tuple[ConnectorLack, ...], list[str]] = {}
    for cluster in clusters:
        if cluster.lacks:
            names.setdefault(cluster.lacks, []).append(cluster.name)
    return {lacks: _named(found) for lacks, found in names.items()}


def in_detail(clusters: Iterable[_Cluster]) -> Iterator[str]:
    """What is weaker where, and why."""
    for lacks, names in _by_lacks(clusters).items():
        yield f"on {names}: {'; '.join(map(str, weaknesses(lacks)))}"


def in_sentences(clusters: Iterable[_Cluster]) -> Iterator[str]:
    """What is weaker where: one for all clusters that lack the same."""
    for lacks, names in _by_lacks(clusters).items():
        yield f"Weaker on {names}, whose connector has no {_joined(lacks)}: {', '.join(weaker(lacks))} (see V2)."


def _in_order(invariant: str) -> tuple[int, int]:
    return "SLTNV".index(invariant[0]), int(invariant[1:])


def _joined(lacks: Sequence[ConnectorLack]) -> str:
    return " and ".join(filter(None, [", ".join(lacks[:-1]), lacks[-1]]))


def _named(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
