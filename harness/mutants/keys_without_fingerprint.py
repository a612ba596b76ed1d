"""Keeps keys without a fingerprint: the same key with another body is answered as the first time."""

from connector.values import replace
from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import Idempotency, NewShare
from pipeline.store.acceptances import Acceptance, Render

__all__ = ["OVERRIDES", "CredulousStore"]


class CredulousStore(Rest):
    """The portal's side of a store."""

    async def create(self, share: NewShare, key: Idempotency | None, render: Render) -> Acceptance:
        blank = None if key is None else replace(key, body_hash="")
        return await self._store.create(share, blank, render)


OVERRIDES = Overrides(portal_store=CredulousStore)
