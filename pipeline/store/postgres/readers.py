"""Reads, on connections of their own: they neither wait for a writer nor hold one up."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from connector.clock import Clock
from pipeline.store.postgres.bridge import bridged
from pipeline.store.postgres.connecting import FAILURES, DatabaseLink, is_lost, translate
from pipeline.store.postgres.position import Positions
from pipeline.store.postgres.tables import PostgresTables
from pipeline.store.queries import Query

__all__ = ["PostgresReaders"]

T = TypeVar("T")


class PostgresReaders:
    """As many reads at once as there are links. positions: from where it is looked. patience: seconds for
    which the database may be away."""

    def __init__(
        self,
        links: Sequence[DatabaseLink],
        queries: Mapping[str, Query],
        clock: Clock,
        *,
        positions: Positions,
        patience: float,
    ) -> None:
        self._queries = queries
        self._positions = positions
        self._clock = clock
        self._patience = patience
        self._free: asyncio.LifoQueue[DatabaseLink] = asyncio.LifoQueue()
        for link in links:
            self._free.put_nowait(link)

    async def read(self, work: Callable[[PostgresTables], T]) -> T:
        """What `work` returns of what is committed now. Raises `StoreError`."""
        ends = self._clock() + self._patience
        link = await self._free.get()
        try:
            while True:
                try:
                    connection = await link.get(ends - self._clock())
                    async with connection.transaction(readonly=True):
                        tables = PostgresTables(self._clock(), self._queries, self._positions)
                        return await bridged(connection, partial(work, tables))
                except FAILURES as error:
                    link.drop()
                    if not is_lost(error) or self._clock() >= ends:
                        raise translate(link.place, error) from error
        except asyncio.CancelledError:
            link.drop()  # a query may be under way on it
            raise
        finally:
            self._free.put_nowait(link)
