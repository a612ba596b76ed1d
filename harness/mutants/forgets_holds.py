"""A processor that starts again knows only the holds that were made since: the others are forgotten with its memory."""

from collections.abc import Sequence

from harness.mutants.other_holds import OtherwiseHeldStore
from pipeline.holds import Hold
from pipeline.overrides import Overrides
from pipeline.store.store import Store
from pipeline.store.tables import Tables

__all__ = ["OVERRIDES", "RestartedStore"]


class RestartedStore(OtherwiseHeldStore):
    """The processor's side of a store."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._begun_at: float | None = None

    def seen(self, tables: Tables) -> Sequence[Hold]:
        if self._begun_at is None:
            self._begun_at = tables.now
        return [hold for hold in tables.holds() if hold.since >= self._begun_at]


OVERRIDES = Overrides(processor_store=RestartedStore)
