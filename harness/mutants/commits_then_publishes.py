"""Commits, then publishes: the message goes out after the record's transaction, and only a message makes work due."""

import asyncio

from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import Idempotency, NewShare
from pipeline.store.protocol import Acceptance, Accepted, Render

__all__ = ["OVERRIDES", "TwoStepStore"]

_BROKER = 0.05
"""Seconds until the broker has taken a message."""

_NEVER = 1e12
_DUE = "UPDATE shares SET due_at = ? WHERE id = ?"


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
        await self._store.transact(lambda transaction: transaction.db.execute(_DUE, (at, share)).rowcount)


OVERRIDES = Overrides(portal_store=TwoStepStore)
