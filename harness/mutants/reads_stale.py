"""Reads from a replica that lags behind, every other time: what a poll has seen, the next one may not see yet."""

import asyncio

from harness.mutants.rest import Rest
from pipeline.overrides import Overrides
from pipeline.record import ShareRecord
from pipeline.store.store import Store

__all__ = ["OVERRIDES", "Replicated"]

_LAG = 1.0


class Replicated(Rest):
    """The portal's side of a store."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._replica: dict[tuple[str, str], tuple[float, ShareRecord | None]] = {}
        self._turn = 0

    async def get(self, location: str, name: str) -> ShareRecord | None:
        now = asyncio.get_running_loop().time()
        self._turn += 1
        copied_at, copy = self._replica.get((location, name), (float("-inf"), None))
        if self._turn % 2 and now - copied_at < _LAG:
            return copy
        record = await self._store.get(location, name)
        if now - copied_at >= _LAG:
            self._replica[location, name] = now, record
        return record


OVERRIDES = Overrides(portal_store=Replicated)
