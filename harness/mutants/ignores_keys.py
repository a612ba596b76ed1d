"""Ignores idempotency keys: a create that is sent again is a new one, and meets its own share."""

from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import Idempotency, NewShare
from pipeline.store.acceptances import Acceptance, Render

__all__ = ["OVERRIDES", "KeylessStore"]


class KeylessStore(Rest):
    """The portal's side of a store."""

    async def create(self, share: NewShare, key: Idempotency | None, render: Render) -> Acceptance:
        return await self._store.create(share, None, render)


OVERRIDES = Overrides(portal_store=KeylessStore)
