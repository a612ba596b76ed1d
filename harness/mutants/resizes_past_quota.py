"""Looks at a quota when a share is created, and lets a resize ask for as much as it likes."""

from connector.values import replace
from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.quotas import NO_QUOTAS
from pipeline.record import Change, Idempotency
from pipeline.store.acceptances import Acceptance, Render

__all__ = ["OVERRIDES", "GrowingStore"]


class GrowingStore(Rest):
    """The portal's side of a store."""

    async def change(
        self, location: str, name: str, change: Change, key: Idempotency | None, render: Render
    ) -> Acceptance:
        asked = replace(change, quotas=NO_QUOTAS)
        acceptance: Acceptance = await self._store.change(location, name, asked, key, render)
        return acceptance


OVERRIDES = Overrides(portal_store=GrowingStore)
