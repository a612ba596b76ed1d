"""Keeps idempotency keys in the memory of its process: after a restart nobody remembers what was answered."""

from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import Idempotency, NewShare
from pipeline.store.acceptances import Acceptance, KeyReused, Render, Replayed, StoredAnswer
from pipeline.store.store import Store

__all__ = ["OVERRIDES", "KeysInMemory"]


class KeysInMemory(Rest):
    """The portal's side of a store."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._kept: dict[tuple[str, str], tuple[str, StoredAnswer]] = {}

    async def create(self, share: NewShare, key: Idempotency | None, render: Render) -> Acceptance:
        if key is None:
            return await self._store.create(share, None, render)
        kept = self._kept.get((key.tenant, key.key))
        if kept is not None:
            body_hash, answer = kept
            return Replayed(answer=answer) if body_hash == key.body_hash else KeyReused()
        acceptance = await self._store.create(share, None, render)
        self._kept[key.tenant, key.key] = key.body_hash, render(acceptance)
        return acceptance


OVERRIDES = Overrides(portal_store=KeysInMemory)
