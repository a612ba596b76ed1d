"""On which thread a batch runs, and that whatever cuts it short, each caller has an answer and the file no more."""

import asyncio
import json
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.store.acceptances import Accepted
from pipeline.store.connection import open_file
from pipeline.store.sqlite import open_store
from pipeline.store.tables import Tables
from tests.pipeline.store.stores import HandClock, answer, new_share, sql

FEW, MANY = 64, 65

# In a process of its own: the limit holds for all files that a process writes.
AT_THE_LIMIT = """
import asyncio, json, resource, signal, sqlite3, sys
from pathlib import Path
from connector.clock import steady_clock
from pipeline.record import NewShare
from pipeline.store.connection import open_file
from pipeline.store.acceptances import Accepted, StoredAnswer
from pipeline.store.sqlite import open_store

opened = []

def opener(path, busy):
    opened.append(open_file(path, busy))
    return opened[-1]

async def creates(store, names):
    ends = await asyncio.gather(*(store.create(NewShare(id=name, location="north", name=name, size=1), None,
        lambda _: StoredAnswer(status=202, headers=(), body=b"")) for name in names), return_exceptions=True)
    return sorted({"accepted" if isinstance(end, Accepted) else str(end).partition(": ")[2] for end in ends})

async def main(path):
    async with open_store(path, steady_clock(asyncio.get_running_loop()), opener=opener) as store:
        await creates(store, ["before"])
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.with_name("store.db-wal").stat().st_size, hard))
        told = [await creates(store, [f"{many}-{n}" for n in range(many)]) for many in map(int, sys.argv[2:])]
        left_open = opened[0].in_transaction
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        after = await creates(store, ["after"])
        names = sorted(record.name for record in await store.list(limit=1000))
    print(json.dumps({"told": told, "left_open": left_open, "after": after, "names": names}))

asyncio.run(main(Path(sys.argv[1])))
"""


def _where_and_how(tables: Tables) -> tuple[bool, int]:
    """Whether this is the main thread, and for how many milliseconds SQLite would wait for a lock here."""
    ((milliseconds,),) = sql("PRAGMA busy_timeout", tables)
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
    assert set(seen) == {(False, 0)}
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


@pytest.mark.parametrize("asked", [3, 600], ids=["few", "more than one batch"])
async def test_whoever_closes_and_is_cancelled_leaves_no_caller_without_an_answer(
    tmp_path: Path, clock: HandClock, asked: int
) -> None:
    """Both while a batch is under way and while one waits for another process, and what was answered is durable."""
    path = tmp_path / "store.db"
    for held in (False, True):
        other = sqlite3.connect(path, isolation_level=None)
        opened = open_store(path, clock)
        store = await opened.__aenter__()
        if held:
            other.execute("BEGIN IMMEDIATE")
        before = {share for (share,) in other.execute("SELECT id FROM shares")}
        names = [f"{held}-{number}" for number in range(asked)]
        creates = [asyncio.ensure_future(store.create(new_share(name), None, answer)) for name in names]
        await asyncio.sleep(0)
        closing = asyncio.ensure_future(opened.__aexit__(None, None, None))
        await asyncio.sleep(0)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        ends = await asyncio.gather(*creates, return_exceptions=True)
        if held:
            other.execute("ROLLBACK")
        assert all(isinstance(end, Accepted | StoreError) for end in ends)
        told = {end.record.id for end in ends if isinstance(end, Accepted)}
        assert told == {share for (share,) in other.execute("SELECT id FROM shares")} - before
        other.close()


async def test_a_full_disk_refuses_whom_it_must_and_leaves_no_transaction_open(
    tmp_path: Path, clock: HandClock
) -> None:
    opened: list[sqlite3.Connection] = []

    def opener(path: Path, busy: float) -> sqlite3.Connection:
        opened.append(open_file(path, busy))
        return opened[-1]

    async with open_store(tmp_path / "store.db", clock, opener=opener) as store:
        (pages,) = opened[0].execute("PRAGMA page_count").fetchone()
        opened[0].execute(f"PRAGMA max_page_count = {pages + 3}")
        told: set[str] = set()
        refusals = []
        for at in range(0, 400, 50):
            names = [f"share-{number}" for number in range(at, at + 50)]
            ends = await asyncio.gather(
                *(store.create(new_share(name), None, answer) for name in names), return_exceptions=True
            )
            told |= {end.record.name for end in ends if isinstance(end, Accepted)}
            refusals += [end for end in ends if not isinstance(end, Accepted)]
            assert not opened[0].in_transaction
        assert {str(refusal).partition(": ")[2] for refusal in refusals} == {"the disk is full"}
        opened[0].execute(f"PRAGMA max_page_count = {100 * pages}")
        assert isinstance(await store.create(new_share("room again"), None, answer), Accepted)
        assert {record.name for record in await store.list(limit=1000)} == told | {"room again"}


def test_a_disk_that_takes_no_more_at_the_commit_refuses_all_who_wait_and_the_store_goes_on_afterwards(
    tmp_path: Path,
) -> None:
    """The statements of these batches all succeed: only the commit writes to the disk."""
    child = subprocess.run(
        [sys.executable, "-c", AT_THE_LIMIT, str(tmp_path / "store.db"), str(FEW), str(MANY)],
        check=True,
        stdout=subprocess.PIPE,
        timeout=60,
    )
    refused = ["the disk takes no more: it is full, at a quota or at a limit, or it failed"]
    assert json.loads(child.stdout) == {
        "told": [refused, refused],
        "left_open": False,
        "after": ["accepted"],
        "names": ["after", "before"],
    }


async def test_callers_who_are_cancelled_take_nothing_back_and_nobody_else_along(
    tmp_path: Path, clock: HandClock
) -> None:
    async with open_store(tmp_path / "store.db", clock) as store:
        creates = [asyncio.ensure_future(store.create(new_share(f"{n}"), None, answer)) for n in range(10)]
        await asyncio.sleep(0)
        for create in creates[::2]:
            create.cancel()
        ends = await asyncio.gather(*creates, return_exceptions=True)
        assert [isinstance(end, Accepted) for end in ends] == [False, True] * 5
        assert len(await store.list(limit=100)) == 10
