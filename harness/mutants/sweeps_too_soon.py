"""Sweeps too soon: looks up the records before it lists the shares, and gives what has none no time."""

from collections.abc import Mapping, Sequence

from harness.mutants.rest import Rest
from pipeline.marks import Marks
from pipeline.overrides import Overrides
from pipeline.processor.processor import Table
from pipeline.processor.sorting import Marked, Sorted
from pipeline.settings import PipelineSettings
from pipeline.store.store import Store

__all__ = ["OVERRIDES", "EarlierRecords", "by_records", "without_grace"]


class EarlierRecords(Rest):
    """The processor's side of a store, which answers the sweeper with what there was at its last look."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._earlier: frozenset[str] = frozenset()

    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        earlier, self._earlier = self._earlier, await self._store.known(ids)
        return earlier & self._earlier


def without_grace(settings: PipelineSettings) -> PipelineSettings:
    """The same settings with a sweeper that waits for nothing."""
    hasty = settings.sweeper.model_copy(update={"grace": 0.0})  # no check would let it pass
    return settings.model_copy(update={"sweeper": hasty})


def by_records(
    rows: Sequence[Marked],
    marks: Marks,
    *,
    location: str,
    known: frozenset[str],
    removed: Mapping[str, tuple[str, str]],
) -> Sorted:
    """A share of this store is removed as soon as it has no record, whether or not it ever had one."""
    ours = (row for row in rows if row.maker.store == marks.store.id)
    return Sorted(orphans=tuple(row for row in ours if row.maker.share not in known), foreign=(), untraced=())


OVERRIDES = Overrides(processor_store=EarlierRecords, settings=without_grace, table=Table(sort_out=by_records))
