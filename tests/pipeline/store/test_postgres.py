"""What only a store with a server has to stand: several processes at once, lost commits, restarts, other versions."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
import pytest

from connector.clock import steady_clock
from harness.servers.postgres import serve_postgres
from pipeline.errors import StoreOpenError, StoreUnavailableError
from pipeline.record import Idempotency
from pipeline.store.acceptances import Acceptance, Accepted, Exists, Replayed
from pipeline.store.postgres.bridge import Statement, wait_for
from pipeline.store.postgres.migrating import load_migrations
from pipeline.store.postgres.opening import open_postgres_store
from pipeline.store.postgres.tables import _delete, _update
from pipeline.store.queries import load_postgres_queries
from pipeline.store.tables import Work
from pipeline.store.transactional import TransactionalStore
from tests.pipeline.store.servers import a_database, postgres_server
from tests.pipeline.store.stores import accepted, answer, new_share, next_delivery, next_message

GENEROUS = 60.0


@asynccontextmanager
async def opened(
    url: str, *, patience: float = GENEROUS, answers: float | None = None, poll: float = GENEROUS
) -> AsyncIterator[TransactionalStore]:
    clock = steady_clock(asyncio.get_running_loop())
    async with open_postgres_store(url, clock, patience=patience, answers=answers, poll=poll) as store:
        yield store


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with a_database() as found:
        yield found


async def test_two_that_open_an_empty_database_at_once_make_one_store(url: str) -> None:
    async with opened(url) as one, opened(url) as two:
        assert one.identity == two.identity
        record = await accepted(one)
        assert await two.get(record.location, record.name) == record


async def test_of_creates_from_two_processes_one_is_accepted(url: str) -> None:
    async with opened(url) as one, opened(url) as two:
        creates = [
            store.create(new_share("home", id=f"id-{number}"), None, answer)
            for number, store in enumerate([one, two] * 20)
        ]
        acceptances = await asyncio.gather(*creates)
        (record,) = [acceptance.record for acceptance in acceptances if isinstance(acceptance, Accepted)]
        others = [acceptance.record.id for acceptance in acceptances if isinstance(acceptance, Exists)]
        assert others == [record.id] * 39
        assert [event.share for event in await two.events()] == [record.id]


async def test_requests_with_one_key_to_two_processes_are_decided_once(url: str) -> None:
    key = Idempotency(tenant="t", key="k", body_hash="b", expires_at=2e9)
    async with opened(url) as one, opened(url) as two:
        creates = [
            store.create(new_share("home", id=f"id-{number}"), key, answer)
            for number, store in enumerate([one, two] * 10)
        ]
        told: list[type[Acceptance]] = [type(acceptance) for acceptance in await asyncio.gather(*creates)]
        assert sorted(kind.__name__ for kind in told) == sorted([Accepted.__name__, *[Replayed.__name__] * 19])


async def test_each_due_record_is_claimed_by_one_of_two_processes(url: str) -> None:
    async with opened(url) as one, opened(url) as two:
        made = {(await accepted(one, new_share(f"s{number}"))).id for number in range(20)}
        claims = await asyncio.gather(
            *(store.claim(None, owner=owner, lease=30.0) for store, owner in [(one, "one"), (two, "two")] * 10)
        )
        assert {claim.record.id for claim in claims if claim is not None} == made
        assert await two.claim(None, owner="three", lease=30.0) is None


async def test_numbers_of_events_rise_in_the_order_of_their_commits(url: str) -> None:
    """A reader that goes on behind the newest it saw passes over none."""
    async with opened(url) as one, opened(url) as two, opened(url) as reader:
        seen: list[str] = []
        done = asyncio.Event()

        async def read() -> None:
            newest = 0
            while True:
                was_done = done.is_set()
                for event in await reader.events(after=newest):
                    seen.append(event.share)
                    newest = event.number
                if was_done:
                    return

        async with asyncio.TaskGroup() as group:
            group.create_task(read())
            for number in range(30):
                await asyncio.gather(*(accepted(store, new_share(f"{number}{store is one}")) for store in (one, two)))
            done.set()
        assert len(seen) == len(set(seen)) == 60


async def test_a_message_wakes_a_taker_of_another_process_long_before_it_would_look(url: str) -> None:
    async with opened(url) as sender, opened(url) as taker:
        waiting = asyncio.create_task(next_message(taker, wait=GENEROUS))
        await asyncio.sleep(0.1)
        record = await accepted(sender)
        async with asyncio.timeout(GENEROUS / 2):
            message = await waiting
        assert message is not None
        assert message.share == record.id


async def test_through_a_pooler_a_taker_finds_a_message_by_looking(url: str) -> None:
    clock = steady_clock(asyncio.get_running_loop())
    async with opened(url) as sender, open_postgres_store(url, clock, pooled=True) as taker:
        waiting = asyncio.create_task(next_message(taker, wait=GENEROUS))
        record = await accepted(sender)
        message = await waiting
        assert message is not None
        assert message.share == record.id


async def test_a_store_that_is_closed_in_mid_notification_says_nothing_of_an_error(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The connection was closed before the task that used it: asyncpg calls that an internal error, and so did we."""
    for number in range(5):
        async with opened(url) as store:
            await accepted(store, new_share(f"name-{number}", id=f"id-{number}"))
            await asyncio.sleep(0.0)  # the notification goes out
    assert [record.getMessage() for record in caplog.records] == []


async def test_a_message_that_is_committed_late_is_found_though_a_newer_one_was_taken(url: str) -> None:
    """Its sender was put aside for a minute: it lies behind where messages are looked for."""

    def send_late(tables: Any) -> None:
        tables.now -= 60.0
        tables.insert_message("late", 1, tables.now + 3600.0)

    async with opened(url, poll=0.05) as store:
        await accepted(store, new_share("newer"))
        await next_message(store)
        await store.transact(send_late)
        delivery = await next_delivery(store, owner="one", lease=30.0, wait=GENEROUS)
        assert delivery is not None
        assert delivery.message.share == "late"


OF_EACH_JOB = (
    "find_share", "find_id", "find_ids", "load_share", "earliest_due", "ahead_of", "take_message", "next_message_at",
    "first_due", "first_message", "first_expired_key", "end_messages", "hide_message", "end_attempt", "find_key",
    "forget_keys", "removed", "known",
)  # fmt: skip


async def test_what_is_asked_for_each_job_is_found_through_an_index(url: str) -> None:
    """A column that is compared with `IS NOT DISTINCT FROM` is looked for in the whole table, whatever its indexes."""
    texts = {name: load_postgres_queries()[name].text for name in OF_EACH_JOB}
    texts |= {"update": _update((0,)), "delete": _delete()}
    scanned: dict[str, set[str]] = {}
    async with opened(url), asyncpg.create_pool(url, min_size=1, max_size=1) as pool, pool.acquire() as connection:
        await connection.execute("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan")
        for name, text in texts.items():
            await connection.execute(f"PREPARE {name} AS {text}")
            places = max(map(int, re.findall(r"[$]([0-9]+)", text)))
            lines = await connection.fetch(f"EXPLAIN EXECUTE {name}({', '.join(['NULL'] * places)})")
            plan = "\n".join(line for (line,) in lines)
            scanned[name] = set(re.findall(r"Seq Scan on (\w+)", plan)) - {"holds"}
    assert {name for name, tables in scanned.items() if tables} == set()


async def test_a_snapshot_that_is_held_is_told_with_the_dead_rows(url: str) -> None:
    async with opened(url) as store:
        holder = await asyncpg.connect(url)
        await holder.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        await holder.execute("SELECT count(*) FROM shares")
        await accepted(store)
        before, after = await store.bloat(), await store.bloat()
        await holder.close()
    assert before is not None
    assert after is not None
    assert 0.0 < before.oldest_snapshot < after.oldest_snapshot
    assert after.dead_rows.keys() == {"messages", "shares"}


async def test_only_the_spool_does_not_wait_for_the_disk(url: str) -> None:
    """A message is a hint, and a record is a promise."""

    def waits(_tables: Any) -> str:
        return str(wait_for(Statement("SHOW synchronous_commit", ()))[0][0])

    async with opened(url) as store:
        assert await store.transact(waits) == "on"
        assert await store.spool._writer.write(waits) == "off"


async def test_a_process_that_ends_has_announced_what_it_accepted(url: str) -> None:
    async with opened(url, poll=GENEROUS) as taker:
        waiting = asyncio.create_task(next_message(taker, wait=GENEROUS))
        await asyncio.sleep(0.1)
        began = taker.clock()
        async with opened(url) as sender:
            record = await accepted(sender)
        message = await waiting
        assert message is not None
        assert message.share == record.id
        assert taker.clock() - began < GENEROUS / 2


async def test_a_listening_connection_that_died_costs_one_look(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it would have told is found when the taker looks next."""
    looks = 0

    async def counted(work: Work[Any]) -> Any:
        nonlocal looks
        looks += 1
        return await read(work)

    async with opened(url) as sender, opened(url, poll=0.5) as taker:
        reader = taker.spool._reader
        read = reader.read
        await run_sql(
            url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE query LIKE 'LISTEN%' OR query LIKE 'NOTIFY%' OR query = 'SELECT 1'",
        )
        record = await accepted(sender)
        monkeypatch.setattr(reader, "read", counted)
        message = await next_message(taker, wait=GENEROUS)
        assert message is not None
        assert message.share == record.id
        assert looks <= 1


class Cutter:
    """A way to the server on which the next commit is cut off: before it arrives, or before its answer comes back."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.cut: str | None = None
        self.cuts = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, to_there = await asyncio.open_connection("127.0.0.1", self._port)
        back = asyncio.create_task(self._back(there, writer))
        try:
            while data := await reader.read(65536):
                cut = self.cut if b"COMMIT" in data else None
                if cut is not None:
                    self.cut = None
                    self.cuts += 1
                    back.cancel()
                    await asyncio.wait([back])
                    if cut == "answered":
                        to_there.write(data)
                        await there.read(1)  # by then it has happened
                    return
                to_there.write(data)
        finally:
            back.cancel()
            to_there.close()
            writer.close()

    async def _back(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await there.read(65536):
            writer.write(data)
        writer.close()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """One that the server's account can reach; those of `tmp_path` it cannot."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


async def run_sql(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.mark.parametrize("cut", ["asked", "answered"])
async def test_a_commit_whose_answer_is_lost_is_done_once_and_told_as_it_is(url: str, cut: str) -> None:
    server = postgres_server()
    cutter = Cutter(server.port)
    async with await asyncio.start_server(cutter, "127.0.0.1", 0) as relay:
        port = relay.sockets[0].getsockname()[1]
        async with opened(url.replace(f":{server.port}/", f":{port}/")) as store:
            await accepted(store, new_share("before"))
            cutter.cut = cut
            record = await accepted(store, new_share("during"))
            assert cutter.cuts == 1
            assert [event.share for event in await store.events()] == ["id-north-before", record.id]
            counts = await store.message_counts()
            assert (counts.sent, counts.waiting) == (2, 2)


async def test_what_is_asked_while_the_server_is_restarted_is_done_when_it_is_back(open_folder: Path) -> None:
    async with serve_postgres(open_folder / "pg") as server, opened(server.url()) as store:
        await accepted(store, new_share("before"))
        server.process.kill()
        await server.process.wait()
        asked = asyncio.create_task(accepted(store, new_share("during")))
        async with serve_postgres(open_folder / "pg", port=server.port):
            record = await asked
            assert {row.id for row in await store.list()} == {"id-north-before", record.id}


async def test_a_server_that_stays_away_is_told_as_unavailable(open_folder: Path) -> None:
    """All who asked wait as long, however many they are: nobody's patience begins when that of others has ended."""
    async with serve_postgres(open_folder / "pg") as server, opened(server.url(), answers=0.5) as store:
        server.process.kill()
        await server.process.wait()
        asked = [
            *(accepted(store, new_share(str(number))) for number in range(300)),
            *(store.counts() for _ in range(300)),
        ]
        async with asyncio.timeout(GENEROUS / 2):
            told = await asyncio.gather(*asked, return_exceptions=True)
        for error in told:
            assert isinstance(error, StoreUnavailableError)
            assert re.match(r"postgresql://spoolproof@127\.0\.0\.1.*cannot be reached", str(error))


async def test_a_database_that_is_not_there_or_not_ours_is_refused_by_name(url: str) -> None:
    with pytest.raises(StoreOpenError, match="nowhere"):
        async with opened(postgres_server().url("nowhere")):
            pass
    await run_sql(url, "CREATE TABLE shares (name text)")
    with pytest.raises(StoreOpenError, match='migration 1 cannot be applied: relation "shares" already exists'):
        async with opened(url):
            pass


async def test_a_password_in_a_url_is_in_no_message() -> None:
    address = f"127.0.0.1:{postgres_server().port}/nowhere"
    with pytest.raises(StoreOpenError) as raised:
        async with opened(f"postgresql://spoolproof:secret@{address}"):
            pass
    assert f"spoolproof@{address}" in str(raised.value)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("INSERT INTO migrations VALUES (9999, 'later', 'x')", "made by a newer version (migration 9999)"),
        ("UPDATE migrations SET digest = 'x' WHERE number = 1", "migration 1 is not the one that was applied"),
    ],
)
async def test_tables_of_another_version_are_refused(url: str, change: str, message: str) -> None:
    async with opened(url):
        pass
    await run_sql(url, change)
    with pytest.raises(StoreOpenError) as raised:
        async with opened(url):
            pass
    assert message in str(raised.value)


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [step.number for step in load_migrations()] == list(range(1, len(load_migrations()) + 1))


async def test_after_a_restore_the_documented_statements_pass_over_what_was_given_away() -> None:
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "postgresql.md").read_text()
    (statements,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    async with a_database() as url, opened(url) as store:
        before = await accepted(store)
        (event,) = await store.events()
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statements)
        finally:
            await connection.close()
        after = await accepted(store, new_share("later"))
        (_, later) = await store.events()
        assert after.row - before.row > 1_000_000
        assert later.number - event.number > 1_000_000
        assert [row.number for row in await store.events(after=event.number)] == [later.number]
