"""What is particular to the store in a file: opening it, sharing it, filling it."""

import asyncio
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest

from pipeline.errors import StoreError, StoreOpenError, StoreUnavailableError
from pipeline.record import Idempotency
from pipeline.states import ShareState
from pipeline.store.acceptances import Accepted, Exists
from pipeline.store.connection import SCHEMA_VERSION, connect_writer
from pipeline.store.queries import load_queries, load_schema
from pipeline.store.rows import SHARE_COLUMNS
from pipeline.store.sqlite import open_store
from pipeline.store.tables import Tables
from tests.pipeline.store.stores import (
    HandClock,
    accepted,
    answer,
    as_of_schema_1,
    new_share,
    next_delivery,
    next_message,
    sql,
    taken,
)


async def opened(path: Path) -> None:
    async with open_store(path, HandClock()):
        pass


async def test_what_was_written_is_there_when_the_file_is_opened_again(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "store.db"
    async with open_store(path, clock) as store:
        record = await accepted(store)
    async with open_store(path, clock) as store:
        assert await store.get("north", "home") == record
        assert len(await store.events()) == 1


def _pragma(name: str, tables: Tables) -> object:
    ((value,),) = sql(f"PRAGMA {name}", tables)
    return value


async def test_commits_are_synced_to_the_disk(tmp_path: Path, clock: HandClock) -> None:
    async with open_store(tmp_path / "store.db", clock) as store:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2)):
            found = await store.transact(partial(_pragma, pragma))
            assert found == value


async def test_a_directory_that_does_not_exist_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "store.db"
    with pytest.raises(StoreOpenError) as caught:
        await opened(path)
    assert str(caught.value) == f"{path}: the directory {path.parent} does not exist"


async def test_a_file_that_is_no_database_is_one_clear_error_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    text = b"not a database at all, but long enough to be looked at as one" * 20
    path.write_bytes(text)
    with pytest.raises(StoreOpenError) as caught:
        await opened(path)
    assert str(caught.value) == f"{path}: is not a store (not an SQLite database)"
    assert path.read_bytes() == text


async def test_the_database_of_something_else_is_one_clear_error_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE shares (x)")
    db.close()
    before = path.read_bytes()
    with pytest.raises(StoreOpenError) as caught:
        await opened(path)
    assert str(caught.value) == f"{path}: is an SQLite database, but not a store"
    assert path.read_bytes() == before


async def test_a_store_of_an_older_version_is_brought_up_to_this_one(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    async with open_store(path, HandClock()) as store:
        await accepted(store)
    as_of_schema_1(path)
    for _ in range(2):
        async with open_store(path, HandClock()) as store:
            record = await store.get("north", "home")
            assert record is not None
            assert record.deferrals == 0


async def test_a_store_that_was_brought_up_has_the_tables_and_indexes_of_a_new_one(tmp_path: Path) -> None:
    await opened(tmp_path / "new.db")
    await opened(tmp_path / "old.db")
    as_of_schema_1(tmp_path / "old.db")
    await opened(tmp_path / "old.db")
    assert shape(tmp_path / "old.db") == shape(tmp_path / "new.db")


def shape(path: Path) -> list[object]:
    """The columns of every table, and every index."""
    db = sqlite3.connect(path)
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    columns = [(table, db.execute(f"PRAGMA table_info({table})").fetchall()) for table in tables]
    indexes = db.execute("SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index' ORDER BY name").fetchall()
    db.close()
    return [columns, indexes]


async def test_a_store_of_a_newer_version_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    await opened(path)
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    db.close()
    with pytest.raises(StoreOpenError) as caught:
        await opened(path)
    newer, ours = SCHEMA_VERSION + 1, SCHEMA_VERSION
    assert str(caught.value) == (
        f"{path}: was made by a newer version (schema {newer}); this version reads schema {ours}"
    )


@contextmanager
def unprivileged() -> Iterator[Path]:
    """A directory and a user who has no special rights in it: root may write anywhere."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o777)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            yield directory
        finally:
            os.seteuid(user)


async def test_a_read_only_directory_is_one_clear_error() -> None:
    with unprivileged() as directory:
        locked = directory / "locked"
        locked.mkdir(mode=0o555)
        with pytest.raises(StoreOpenError, match="cannot be opened or created"):
            await opened(locked / "store.db")


async def test_a_read_only_file_is_one_clear_error() -> None:
    with unprivileged() as directory:
        path = directory / "store.db"
        await opened(path)
        path.chmod(0o444)
        with pytest.raises(StoreOpenError, match="is read-only; a store needs a file"):
            await opened(path)


async def test_a_full_disk_is_unavailable_for_all_of_a_batch_and_writes_nothing_of_it(
    tmp_path: Path, clock: HandClock
) -> None:
    async with open_store(tmp_path / "store.db", clock) as store:
        await store.transact(partial(sql, "PRAGMA max_page_count = 1"))
        async with asyncio.TaskGroup() as tasks:
            creates = [
                tasks.create_task(_refusal(store.create(new_share(f"{'x' * 200}{n}"), None, answer)))
                for n in range(200)
            ]
        assert {create.result() for create in creates} == {f"{tmp_path / 'store.db'}: the disk is full"}
        assert await store.list() == []
        await store.transact(partial(sql, "PRAGMA max_page_count = 100000"))
        await accepted(store)  # and it goes on when there is room again


async def _refusal(create: object) -> str:
    with pytest.raises(StoreUnavailableError) as caught:
        await create  # type: ignore[misc]  # any awaitable
    return str(caught.value)


async def test_two_openings_of_one_file_see_and_respect_each_other(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "store.db"
    async with open_store(path, clock) as api, open_store(path, clock) as processor:
        record = await accepted(api)
        message = await next_message(processor, wait=10.0)
        assert message is not None
        claim = await processor.claim(message, owner="one", lease=30.0)
        assert claim is not None
        assert await api.claim(None, owner="two", lease=30.0) is None
        assert await processor.move(claim, ShareState.ACTIVE, confirmed_size=10)
        shown = await api.get("north", "home")
        assert shown is not None
        assert (shown.id, shown.state) == (record.id, ShareState.ACTIVE)


async def test_a_waiting_taker_notices_what_another_opening_sends(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "store.db"
    async with open_store(path, clock) as api, open_store(path, clock, poll=0.005) as processor:
        async with asyncio.TaskGroup() as tasks:
            waiting = tasks.create_task(next_message(processor, wait=60.0))
            await asyncio.sleep(0)
            record = await accepted(api)
        message = waiting.result()
    assert message is not None
    assert message.share == record.id


class Told(sqlite3.Connection):
    """A connection that says what it was asked."""

    asked: ClassVar[list[str]] = []

    def execute(self, sql: str, /, *arguments: Any) -> sqlite3.Cursor:
        self.asked.append(sql)
        return super().execute(sql, *arguments)


def told(path: Path, busy: float) -> sqlite3.Connection:
    return sqlite3.connect(path, busy, isolation_level=None, check_same_thread=False, factory=Told)


async def test_a_taker_who_waits_only_looks_and_holds_up_no_writer(tmp_path: Path, clock: HandClock) -> None:
    async with open_store(tmp_path / "store.db", clock, poll=0.002, opener=told) as store:
        Told.asked.clear()
        assert await next_message(store, wait=0.1) is None
        assert Told.asked.count("BEGIN IMMEDIATE") == 1
        assert Told.asked.count(load_queries()["next_message_at"].text) > 1


async def test_whoever_reads_asks_once_and_so_sees_one_state_of_the_store(tmp_path: Path, clock: HandClock) -> None:
    async with open_store(tmp_path / "store.db", clock, opener=told) as store:
        reads = {
            "get": store.get("north", "a"),
            "list": store.list(),
            "events": store.events(),
            "attempts": store.attempts(),
            "counts": store.counts(),
            "message_counts": store.message_counts(),
            "known": store.known(["a"]),
        }
        for name, read in reads.items():
            Told.asked.clear()
            await read
            assert len(Told.asked) == 1, name


async def test_many_openings_at_once_write_without_being_told_that_the_file_is_locked(
    tmp_path: Path, clock: HandClock
) -> None:
    path = tmp_path / "store.db"

    async def writer(number: int) -> list[bool]:
        async with open_store(path, clock) as store:
            acceptances = [await store.create(new_share(str(n), id=f"{number}-{n}"), None, answer) for n in range(20)]
        assert all(isinstance(acceptance, Accepted | Exists) for acceptance in acceptances)
        return [isinstance(acceptance, Accepted) for acceptance in acceptances]

    async with asyncio.TaskGroup() as tasks:
        writers = [tasks.create_task(writer(number)) for number in range(6)]
    won = [sum(column) for column in zip(*(task.result() for task in writers), strict=True)]
    assert won == [1] * 20  # each name has one winner


async def test_a_file_that_another_process_holds_too_long_is_unavailable(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "store.db"
    async with open_store(path, clock, patience=0.05) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError, match="another process holds it"):
            await accepted(store)
        other.execute("ROLLBACK")
        other.close()
        await accepted(store)


async def test_a_short_hold_by_another_process_is_waited_out(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "store.db"
    async with open_store(path, clock) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        async with asyncio.TaskGroup() as tasks:
            create = tasks.create_task(accepted(store))
            await asyncio.sleep(0.01)
            assert not create.done()
            other.execute("ROLLBACK")
        other.close()


async def test_what_was_asked_before_the_end_is_durable_at_the_end(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "store.db"
    async with open_store(path, clock) as store:
        asked = [asyncio.ensure_future(store.create(new_share(str(n)), None, answer)) for n in range(50)]
        await asyncio.sleep(0)
    assert all(isinstance(create.result(), Accepted) for create in asked)
    async with open_store(path, clock) as store:
        assert len(await store.list()) == 50


async def test_a_store_that_is_closed_says_so(tmp_path: Path, clock: HandClock) -> None:
    async with open_store(tmp_path / "store.db", clock) as store:
        pass
    with pytest.raises(StoreError, match="the store is closed"):
        await accepted(store)


async def test_the_error_of_the_body_comes_out_as_it_is(tmp_path: Path, clock: HandClock) -> None:
    with pytest.raises(KeyError, match="mine"):
        async with open_store(tmp_path / "store.db", clock):
            raise KeyError("mine")


async def test_work_that_raises_takes_nothing_of_its_batch_with_it(tmp_path: Path, clock: HandClock) -> None:
    async with open_store(tmp_path / "store.db", clock) as store:
        await accepted(store, new_share("first"))
        same_id = new_share("second", id=new_share("first").id)
        good, bad, other = await asyncio.gather(
            store.create(new_share("good"), None, answer),
            store.create(same_id, None, answer),
            store.create(new_share("other"), None, answer),
            return_exceptions=True,
        )
        assert isinstance(good, Accepted)
        assert isinstance(other, Accepted)
        assert isinstance(bad, StoreError)
        assert [record.name for record in await store.list()] == ["first", "good", "other"]
        assert (await store.message_counts()).sent == 3


async def test_what_work_wrote_before_it_raised_is_undone(tmp_path: Path, clock: HandClock) -> None:
    def write_and_raise(tables: Tables) -> None:
        sql("DELETE FROM shares", tables)
        raise KeyError("mine")

    async with open_store(tmp_path / "store.db", clock) as store:
        await accepted(store)
        failed, other = await asyncio.gather(
            store.transact(write_and_raise), store.create(new_share("other"), None, answer), return_exceptions=True
        )
        assert isinstance(failed, KeyError)
        assert isinstance(other, Accepted)
        assert [record.name for record in await store.list()] == ["home", "other"]


async def test_a_message_that_nobody_finished_expires_once(tmp_path: Path, clock: HandClock) -> None:
    async with open_store(tmp_path / "store.db", clock, message_lifetime=60.0) as store:
        for name in ("a", "b", "c"):
            await accepted(store, new_share(name))
        first = await next_delivery(store, owner="one", lease=30.0, wait=0)
        second = await next_delivery(store, owner="one", lease=30.0, wait=0)
        assert first is not None
        assert second is not None
        await first.ack()
        clock.forward(60.0)
        assert await next_delivery(store, owner="one", lease=30.0, wait=0) is None
        await second.ack()
        counts = await store.message_counts()
        assert (counts.sent, counts.waiting, counts.done, counts.expired) == (3, 0, 1, 2)
        assert (await taken(store)).record.name == "a"  # the scan still finds what the messages were about


async def test_expired_keys_do_not_pile_up(tmp_path: Path, clock: HandClock) -> None:
    async with open_store(tmp_path / "store.db", clock) as store:
        for number in range(20):
            key = Idempotency(tenant="t", key=str(number), body_hash="h", expires_at=clock.now + 1.0)
            await store.create(new_share(str(number)), key, answer)
            clock.forward(1.0)
        ((kept,),) = await store.transact(partial(sql, "SELECT count(*) FROM keys"))
        assert kept == 1


def test_the_columns_of_a_share_stand_in_the_order_of_its_fields() -> None:
    db = sqlite3.connect(":memory:")
    db.executescript(load_schema())
    assert tuple(row[1] for row in db.execute("PRAGMA table_info(shares)")) == SHARE_COLUMNS
    db.close()


def test_each_named_query_is_sql_that_the_schema_understands() -> None:
    db = sqlite3.connect(":memory:")
    db.executescript(load_schema())
    for query in load_queries().values():
        db.execute(f"EXPLAIN {query.text}", [None] * query.text.count("?"))
    db.close()


class Overtaken(sqlite3.Connection):
    """A connection that is overtaken: after its first statement another process makes the store."""

    statements = 0

    def execute(self, sql: str, /, *arguments: Any) -> sqlite3.Cursor:
        self.statements += 1
        if self.statements == 2:
            (_, _, path) = super().execute("PRAGMA database_list").fetchone()
            connect_writer(Path(path), busy=5.0)[0].close()
        return super().execute(sql, *arguments)


def test_a_store_that_another_process_makes_meanwhile_is_a_store(tmp_path: Path) -> None:
    def overtaken(path: Path, busy: float) -> sqlite3.Connection:
        return sqlite3.connect(path, timeout=busy, isolation_level=None, factory=Overtaken)

    db, _ = connect_writer(tmp_path / "store.db", busy=5.0, opener=overtaken)
    assert db.execute("SELECT count(*) FROM shares").fetchone() == (0,)
    db.close()


def _remove(path: Path) -> None:
    path.unlink()


def _restore(path: Path) -> None:
    copy = path.with_suffix(".copy")
    copy.write_bytes(path.read_bytes())
    copy.replace(path)


@pytest.mark.parametrize(("change", "what"), [(_remove, "was removed"), (_restore, "was replaced")])
@pytest.mark.parametrize("ending", ["", "-wal"])
async def test_a_store_whose_file_is_not_the_one_that_was_opened_says_so_and_makes_no_new_one(
    tmp_path: Path, clock: HandClock, change: Callable[[Path], None], what: str, ending: str
) -> None:
    path = tmp_path / "store.db"
    async with open_store(path, clock) as store:
        await accepted(store)
        changed = path.with_name(f"{path.name}{ending}")
        change(changed)
        left = sorted(file.name for file in tmp_path.iterdir())
        for asked in (accepted(store, new_share(name="other")), store.get("north", "home"), store.counts()):
            with pytest.raises(StoreUnavailableError, match=rf"^{path}: {changed} {what} while the store was open;"):
                await asked
        assert sorted(file.name for file in tmp_path.iterdir()) == left
