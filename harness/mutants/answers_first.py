"""Answers before it commits: an accepted create waits in memory for the next request to write it down."""

from collections.abc import Sequence
from typing import Any

from harness.mutants.rest import Rest
from pipeline import transitions
from pipeline.overrides import Overrides
from pipeline.record import Change, Idempotency, NewShare, ShareRecord
from pipeline.store.acceptances import Acceptance, Accepted, Render
from pipeline.store.store import Store
from pipeline.store.tables import Tables

__all__ = ["OVERRIDES", "WriteBehind"]

_Waiting = tuple[NewShare, Idempotency | None, Render]


class WriteBehind(Rest):
    """The portal's side of a store."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._waiting: list[_Waiting] = []

    async def create(self, share: NewShare, key: Idempotency | None, render: Render) -> Acceptance:
        known = await self.get(share.location, share.name)
        if known is not None:
            return await self._store.create(share, key, render)
        self._waiting.append((share, key, render))
        return await self._store.transact(lambda tables: _as_if(tables, share))

    async def change(
        self, location: str, name: str, change: Change, key: Idempotency | None, render: Render
    ) -> Acceptance:
        await self._write()
        return await self._store.change(location, name, change, key, render)

    async def get(self, location: str, name: str) -> ShareRecord | None:
        await self._write()
        return await self._store.get(location, name)

    async def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        for share, key, render in waiting:
            await self._store.create(share, key, render)

    # Last: within the class body, annotations behind it would mean this method by `list`.
    async def list(self, **asked: Any) -> Sequence[ShareRecord]:
        await self._write()
        return await self._store.list(**asked)


def _as_if(tables: Tables, share: NewShare) -> Acceptance:
    """What the store would say, without anything written."""
    return Accepted(record=transitions.create(0, share, tables.now))


OVERRIDES = Overrides(portal_store=WriteBehind)
