"""Looks at a quota when the first share of a tenant is accepted, and never again."""

from connector.values import replace
from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.quotas import UNLIMITED
from pipeline.record import Idempotency, NewShare
from pipeline.store.acceptances import Acceptance, Render

__all__ = ["OVERRIDES", "GenerousStore"]


class GenerousStore(Rest):
    """The portal's side of a store."""

    async def create(self, share: NewShare, key: Idempotency | None, render: Render) -> Acceptance:
        used = await self._store.usage(share.tenant)
        asked = replace(share, quota=UNLIMITED) if used.shares else share
        acceptance: Acceptance = await self._store.create(asked, key, render)
        return acceptance


OVERRIDES = Overrides(portal_store=GenerousStore)
