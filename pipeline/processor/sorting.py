"""Sorts the shares that carry our owner's marks: whose they are, and which of them may be removed.

A share may be removed only where this store wrote down that it removed the record of that very share. Anything less
proves nothing: a store that was made anew has another id, a copy of a store and one that was restored from a backup
have an id that others use too, and shares that are cloned by hand take the mark along.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from connector.operations import ShareView
from pipeline.marks import Maker, Marks

__all__ = ["Marked", "SortOut", "Sorted", "doubtful", "marked", "sort_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A share and who made it, by its mark."""

    share: ShareView
    maker: Maker

    @property
    def mark(self) -> str:
        return self.share.mark or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """orphans: this store removed their records. foreign: another store made them. untraced: nobody knows who."""

    orphans: tuple[Marked, ...]
    foreign: tuple[Marked, ...]
    untraced: tuple[Marked, ...]


class SortOut(Protocol):
    """See `sort_out`."""

    def __call__(
        self,
        rows: Sequence[Marked],
        marks: Marks,
        *,
        location: str,
        known: frozenset[str],
        removed: Mapping[str, tuple[str, str]],
    ) -> Sorted: ...


def marked(shares: Iterable[ShareView], marks: Marks) -> tuple[Marked, ...]:
    """Those that carry a mark of our owner."""
    read = ((share, marks.read(share.mark)) for share in shares)
    return tuple(Marked(share=share, maker=maker) for share, maker in read if maker is not None)


def doubtful(rows: Iterable[Marked], known: frozenset[str]) -> tuple[str, ...]:
    """The ids of those without a record."""
    return tuple(row.maker.share for row in rows if row.maker.share not in known)


def sort_out(
    rows: Sequence[Marked],
    marks: Marks,
    *,
    location: str,
    known: frozenset[str],
    removed: Mapping[str, tuple[str, str]],
) -> Sorted:
    """known: ids that have a record. removed: (location, name) by the ids of records that this store removed."""
    foreign = tuple(row for row in rows if row.maker.store not in (None, marks.store.id))
    ours = [row for row in rows if row.maker.store in (None, marks.store.id) and row.maker.share not in known]
    orphans = tuple(row for row in ours if removed.get(row.maker.share) == (location, row.share.name))
    untraced = tuple(row for row in ours if removed.get(row.maker.share) != (location, row.share.name))
    return Sorted(orphans=orphans, foreign=foreign, untraced=untraced)
