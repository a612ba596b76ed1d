"""Counts what a tenant ever had: the quota of a share that was deleted is not given back."""

from collections import Counter

from connector.values import replace
from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import Idempotency, NewShare
from pipeline.store.acceptances import Acceptance, Accepted, Render
from pipeline.store.store import Store

__all__ = ["OVERRIDES", "HoardingStore"]


class HoardingStore(Rest):
    """The portal's side of a store."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._made: Counter[str] = Counter()

    async def create(self, share: NewShare, key: Idempotency | None, render: Render) -> Acceptance:
        used = await self._store.usage(share.tenant)
        gone = max(0, self._made[share.tenant] - used.shares)
        most = share.quota.shares
        quota = share.quota if most is None else replace(share.quota, shares=max(0, most - gone))
        acceptance: Acceptance = await self._store.create(replace(share, quota=quota), key, render)
        self._made[share.tenant] += isinstance(acceptance, Accepted)
        return acceptance


OVERRIDES = Overrides(portal_store=HoardingStore)
