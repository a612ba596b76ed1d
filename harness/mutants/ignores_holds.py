"""A message is claimed although its cluster is paused: only what a scan finds is asked about holds."""

from collections.abc import Sequence

from harness.mutants.other_holds import OtherwiseHeldStore
from pipeline.holds import Hold
from pipeline.overrides import Overrides
from pipeline.store.tables import Tables

__all__ = ["OVERRIDES", "UnheldStore"]


class UnheldStore(OtherwiseHeldStore):
    """The processor's side of a store."""

    def seen(self, tables: Tables) -> Sequence[Hold]:
        return ()


OVERRIDES = Overrides(processor_store=UnheldStore)
