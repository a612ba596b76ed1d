"""The store in one SQLite file: WAL, synchronous=FULL, one writer with group commit, readers beside it."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from connector.clock import Clock
from pipeline.errors import StoreUnavailableError
from pipeline.marks import StoreIdentity
from pipeline.store.connection import Opener, connect_writer, is_busy, open_file
from pipeline.store.files import StoreFiles
from pipeline.store.queries import load_queries
from pipeline.store.readers import Readers
from pipeline.store.spool import TableSpool
from pipeline.store.transactional import TransactionalStore
from pipeline.store.wakeup import LoopWakeup
from pipeline.store.writer import GroupCommit
from pipeline.uuid7 import Entropy

__all__ = ["open_store"]

_BUSY_WAIT = 0.1  # seconds that SQLite itself waits for a lock; the rest of our patience is the loop's
_OPEN_RETRY = 0.02


@asynccontextmanager
async def open_store(
    path: Path,
    clock: Clock,
    *,
    poll: float = 0.05,
    patience: float = 10.0,
    answers: float | None = None,
    message_lifetime: float = 3600.0,
    readers: int = 2,
    opener: Opener = open_file,
    entropy: Entropy = os.urandom,
) -> AsyncIterator[TransactionalStore]:
    """Open (or make) the store at `path`; on leaving, everything that was asked is durable first.

    Several processes may open the same file.

    poll: seconds until a waiting taker notices a message that another process sent, or one that was hidden and is
        visible again; a message of this process wakes it at once.
    patience: seconds for which another process may hold the file while the store is opened. answers: likewise, until
        callers get `StoreUnavailableError` (None: as long as patience).
    message_lifetime: seconds after which a message that nobody finished expires.
    readers: how many connections read.
    opener: opens a connection to the path, where that is not a file.
    entropy: of the id that a new store gets.

    Raises `StoreOpenError` where the path cannot be a store.
    """
    answers = patience if answers is None else answers
    async with AsyncExitStack() as closing:
        lane = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        closing.callback(lane.shutdown, wait=False)
        db, identity = await _open_patiently(lane, path, patience, opener, entropy)
        # Closed in the writer's own lane: behind a commit that may still be under way.
        closing.push_async_callback(asyncio.get_running_loop().run_in_executor, lane, db.close)
        queries, files = load_queries(), StoreFiles(path)
        reading_side = Readers(path, queries, clock, files=files, count=readers, busy=answers, opener=opener)
        closing.push_async_callback(reading_side.close)
        writer = GroupCommit(path, db, queries, clock, lane, files=files, patience=answers)
        closing.push_async_callback(writer.close)
        wakeup = LoopWakeup()
        yield TransactionalStore(
            writer,
            reading_side,
            identity,
            spool=TableSpool(writer, reading_side, wakeup, poll=poll),
            message_lifetime=message_lifetime,
            wakeup=wakeup,
            clock=clock,
        )


async def _open_patiently(
    lane: Executor, path: Path, patience: float, opener: Opener, entropy: Entropy
) -> tuple[sqlite3.Connection, StoreIdentity]:
    """Switching to WAL does not wait for locks by itself, so two processes that open at once meet here."""
    loop = asyncio.get_running_loop()
    gives_up_at = loop.time() + patience
    while True:
        try:
            connect = partial(connect_writer, path, busy=_BUSY_WAIT, opener=opener, entropy=entropy)
            return await loop.run_in_executor(lane, connect)
        except StoreUnavailableError as error:
            if not is_busy(error.__cause__) or loop.time() >= gives_up_at:
                raise
        await asyncio.sleep(_OPEN_RETRY)
