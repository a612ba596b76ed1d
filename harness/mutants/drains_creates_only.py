"""A drained cluster takes no creates; what else is asked of it is accepted and begun."""

from typing import Any

from harness.mutants.other_holds import OtherHolds
from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import Change, Idempotency
from pipeline.store import accepting, idempotency
from pipeline.store.acceptances import Acceptance, Render
from pipeline.store.tables import Tables

__all__ = ["OVERRIDES", "HalfDrainedStore"]

_LIFETIME = 3600.0


class HalfDrainedStore(Rest):
    """The portal's side of a store."""

    async def change(
        self, location: str, name: str, change: Change, key: Idempotency | None, render: Render
    ) -> Acceptance:
        def work(tables: Tables) -> Acceptance:
            open_to_all: Any = OtherHolds(tables, ())
            return idempotency.once(
                tables,
                key,
                render,
                lambda: accepting.change(open_to_all, location, name, change, message_lifetime=_LIFETIME),
            )

        acceptance: Acceptance = await self._store.transact(work)
        return acceptance


OVERRIDES = Overrides(portal_store=HalfDrainedStore)
