"""Keeps refusals: what was refused by the state of a moment is refused for as long as its key is remembered."""

from connector.values import replace
from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import Change, Idempotency, NewShare
from pipeline.store.acceptances import Acceptance, Render, StoredAnswer

__all__ = ["OVERRIDES", "StubbornStore"]


class StubbornStore(Rest):
    """The portal's side of a store."""

    async def create(self, share: NewShare, key: Idempotency | None, render: Render) -> Acceptance:
        return await self._store.create(share, key, _kept(render))

    async def change(
        self, location: str, name: str, change: Change, key: Idempotency | None, render: Render
    ) -> Acceptance:
        return await self._store.change(location, name, change, key, _kept(render))


def _kept(render: Render) -> Render:
    def kept(acceptance: Acceptance) -> StoredAnswer:
        return replace(render(acceptance), kept=True)

    return kept


OVERRIDES = Overrides(portal_store=StubbornStore)
