"""Answers 202 although the store could not commit: the record is to be written later, and is forgotten."""

from harness.mutants.rest import Rest
from pipeline import transitions
from pipeline.errors import StoreUnavailableError
from pipeline.overrides import Overrides
from pipeline.record import Idempotency, NewShare
from pipeline.store.acceptances import Acceptance, Accepted, Render

__all__ = ["OVERRIDES", "PromisingStore"]


class PromisingStore(Rest):
    """The portal's side of a store."""

    async def create(self, share: NewShare, key: Idempotency | None, render: Render) -> Acceptance:
        try:
            return await self._store.create(share, key, render)
        except StoreUnavailableError:
            return Accepted(record=transitions.create(0, share, self._store.clock()))


OVERRIDES = Overrides(portal_store=PromisingStore)
