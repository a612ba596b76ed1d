"""Commits, then publishes: the message goes out after the record's transaction, and only a message makes work due."""

import asyncio

from connector.values import replace
from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import Idempotency, NewShare
from pipeline.store.acceptances import Acceptance, Accepted, Render
from pipeline.store.tables import Tables

__all__ = ["OVERRIDES", "TwoStepStore"]

_BROKER = 0.05
"""Seconds until the broker has taken a message."""

_NEVER = 1e12


class TwoStepStore(Rest):
    """The portal's side of a store."""

    async def create(self, share: NewShare, key: Idempotency | None, render: Render) -> Acceptance:
        acceptance = await self._store.create(share, key, render)
        if isinstance(acceptance, Accepted):
            await self._due(acceptance.record.id, _NEVER)
            await asyncio.sleep(_BROKER)
            await self._due(acceptance.record.id, 0.0)
        return acceptance

    async def _due(self, share: str, at: float) -> None:
        def work(tables: Tables) -> None:
            record = tables.find_id(share)
            if record is not None:
                tables.update(record, replace(record, due_at=at))

        await self._store.transact(work)


OVERRIDES = Overrides(portal_store=TwoStepStore)
