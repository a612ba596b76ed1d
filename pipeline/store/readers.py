"""Connections that only read: in WAL mode they neither wait for the writer nor hold it up."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from connector.clock import Clock
from pipeline.store.connection import Opener, connect_reader, translate
from pipeline.store.files import StoreFiles
from pipeline.store.queries import Query
from pipeline.store.sqlite_tables import SqliteTables
from pipeline.store.tables import Work

__all__ = ["Readers"]

T = TypeVar("T")


class Readers:
    """A few reading connections, each used by one executor job at a time."""

    def __init__(
        self,
        path: Path,
        queries: Mapping[str, Query],
        clock: Clock,
        *,
        files: StoreFiles,
        count: int,
        busy: float,
        opener: Opener,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._path = path
        self._queries = queries
        self._clock = clock
        self._files = files
        self._free = deque(connect_reader(path, busy=busy, opener=opener) for _ in range(count))
        # As many threads as connections: a job that runs always finds a free one.
        self._executor = ThreadPoolExecutor(count, thread_name_prefix="store-reader")

    async def read(self, work: Work[T]) -> T:
        """What `work` returns of what is durable now. Raises `StoreError`.

        It reads with one query: each sees one state of the store by itself, and to open and end a transaction around
        it would cost as much as most do.
        """
        return await self._loop.run_in_executor(self._executor, self._run, work)

    async def close(self) -> None:
        """Wait for those who still read, then close."""
        await self._loop.run_in_executor(None, self._executor.shutdown)
        for db in self._free:
            db.close()

    def _run(self, work: Work[T]) -> T:
        self._files.check()
        db = self._free.popleft()
        try:
            return work(SqliteTables(db=db, now=self._clock(), queries=self._queries))
        except sqlite3.Error as error:
            raise translate(self._path, error) from error
        finally:
            self._free.append(db)
