"""The same line in two histories, and the fields in which a pair differs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.differential.history_line import HistoryLine, HistoryTable

__all__ = ["Difference", "FieldDifference", "Pairing", "Strictness", "differences_of", "pair"]


class Strictness(StrEnum):
    """What has to be equal. exact: every field to the last bit. outcome: only what must be equal in any two worlds."""

    EXACT = "exact"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """Lines of one table of two histories. only_left, only_right: those without a partner."""

    table: HistoryTable
    pairs: tuple[tuple[HistoryLine, HistoryLine], ...]
    only_left: tuple[HistoryLine, ...]
    only_right: tuple[HistoryLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """One field of a pair. left, right: its value in each history."""

    field: str
    left: object
    right: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A line that is not the same in both. left, right: None where that history has none. fields: of a pair."""

    left: HistoryLine | None
    right: HistoryLine | None
    fields: tuple[FieldDifference, ...] = ()

    @property
    def line(self) -> HistoryLine:
        """The left one, or the one that there is."""
        line = self.left or self.right
        assert line is not None
        return line

    @property
    def at(self) -> float:
        """When the histories part here: the earlier instant of the two."""
        return min(line.at for line in (self.left, self.right) if line is not None)

    @property
    def differs_at(self) -> float:
        """When this line shows that the histories are no longer the same: a row that began alike may end otherwise."""
        instants = [
            value
            for each in self.fields
            if each.field in self.line.instants
            for value in (each.left, each.right)
            if isinstance(value, float)
        ]
        return min(instants, default=self.at)


def pair(table: HistoryTable, left: Sequence[HistoryLine], right: Sequence[HistoryLine]) -> Pairing:
    """By key, which is unique in each history."""
    partners = {line.key: line for line in right}
    known = {line.key for line in left}
    return Pairing(
        table=table,
        pairs=tuple((line, partners[line.key]) for line in left if line.key in partners),
        only_left=tuple(line for line in left if line.key not in partners),
        only_right=tuple(line for line in right if line.key not in known),
    )


def differences_of(pairing: Pairing, strictness: Strictness) -> Iterator[Difference]:
    """Unpaired lines, and pairs of which a field differs."""
    for left, right in pairing.pairs:
        fields = tuple(_fields(left, right, strictness))
        if fields:
            yield Difference(left=left, right=right, fields=fields)
    for line in pairing.only_left:
        yield Difference(left=line, right=None)
    for line in pairing.only_right:
        yield Difference(left=None, right=line)


def _fields(left: HistoryLine, right: HistoryLine, strictness: Strictness) -> Iterator[FieldDifference]:
    yield from _unequal(left.outcome, right.outcome)
    if strictness is Strictness.EXACT:
        yield from _unequal(left.instants, right.instants)
        yield from _unequal(left.marks, right.marks)


def _unequal(left: Mapping[str, object], right: Mapping[str, object]) -> Iterator[FieldDifference]:
    for field, value in left.items():
        if value != right[field]:
            yield FieldDifference(field=field, left=value, right=right[field])
