"""Sweeps what is not its own: goes by the owner in a mark alone, and takes the shares of other stores for orphans."""

from collections.abc import Mapping, Sequence

from pipeline.marks import Marks
from pipeline.overrides import Overrides
from pipeline.processor.processor import Table
from pipeline.processor.sorting import Marked, Sorted

__all__ = ["OVERRIDES", "by_owner"]


def by_owner(
    rows: Sequence[Marked],
    marks: Marks,
    *,
    location: str,
    known: frozenset[str],
    removed: Mapping[str, tuple[str, str]],
) -> Sorted:
    """Whatever this store has no record of goes."""
    return Sorted(orphans=tuple(row for row in rows if row.maker.share not in known), foreign=(), untraced=())


OVERRIDES = Overrides(table=Table(sort_out=by_owner))
