"""On which thread a batch runs: what is quick on the loop's own, what may take long beside it."""

import asyncio
import sqlite3
import threading
from pathlib import Path

from pipeline.store.sqlite import open_store
from pipeline.store.transaction import Transaction
from tests.pipeline.store.stores import HandClock

FEW, MANY = 64, 65


def _where_and_how(transaction: Transaction) -> tuple[bool, int]:
    """Whether this is the main thread, and for how many milliseconds SQLite would wait for a lock here."""
    (milliseconds,) = transaction.db.execute("PRAGMA busy_timeout").fetchone()
    return threading.current_thread() is threading.main_thread(), milliseconds


async def test_the_statements_of_a_small_batch_run_on_the_thread_of_the_loop_where_sqlite_never_waits(
    tmp_path: Path, clock: HandClock
) -> None:
    async with open_store(tmp_path / "store.db", clock) as store:
        seen = await asyncio.gather(*(store.transact(_where_and_how) for _ in range(FEW)))
    assert set(seen) == {(True, 0)}


async def test_a_large_batch_keeps_the_loop_from_nothing(tmp_path: Path, clock: HandClock) -> None:
    async with open_store(tmp_path / "store.db", clock) as store:
        seen = await asyncio.gather(*(store.transact(_where_and_how) for _ in range(MANY)))
        after = await store.transact(_where_and_how)
    assert set(seen) == {(False, 100)}
    assert after == (True, 0)


async def test_a_lock_of_another_process_is_waited_for_beside_the_loop(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "store.db"
    async with open_store(path, clock) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        asked = asyncio.ensure_future(store.transact(_where_and_how))
        for _ in range(100):  # a loop that is kept by a lock would not turn
            await asyncio.sleep(0)
        assert not asked.done()
        other.execute("ROLLBACK")
        other.close()
        await asked


async def test_the_sync_of_a_small_batch_keeps_the_loop_from_nothing(tmp_path: Path, clock: HandClock) -> None:
    """The loop turns between the statements and the answer: whoever else it serves does not wait for the disk."""
    turns = 0
    async with open_store(tmp_path / "store.db", clock) as store:
        asked = asyncio.ensure_future(store.transact(_where_and_how))
        while not asked.done():
            turns += 1
            await asyncio.sleep(0)
    assert asked.result() == (True, 0)
    assert turns > 2
