"""Sweeps too soon: looks up the records before it lists the shares, and gives what has none no time."""

from collections.abc import Sequence

from harness.mutants.rest import Rest
from pipeline.seams import Seams
from pipeline.settings import PipelineSettings, SweeperSettings
from pipeline.store.sqlite import SqliteStore

__all__ = ["SEAMS", "EarlierRecords", "without_grace"]


class EarlierRecords(Rest):
    """The processor's side of a store, which answers the sweeper with what there was at its last look."""

    def __init__(self, store: SqliteStore) -> None:
        super().__init__(store)
        self._earlier: frozenset[str] = frozenset()

    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        earlier, self._earlier = self._earlier, await self._store.known(ids)
        return earlier & self._earlier


def without_grace(settings: PipelineSettings) -> PipelineSettings:
    """The same settings with a sweeper that waits for nothing."""
    hasty = SweeperSettings.model_construct(every=settings.sweeper.every, grace=0.0)  # no check would let it pass
    return settings.model_copy(update={"sweeper": hasty})


SEAMS = Seams(processor_store=EarlierRecords, settings=without_grace)
