"""Through PgBouncer in transaction mode, each transaction has another connection: nothing may outlast one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import asyncpg
import pytest

from connector.clock import steady_clock
from pipeline.errors import StoreOpenError
from pipeline.states import ShareState
from pipeline.store.opening import open_store
from pipeline.store.place import without_pooling
from pipeline.store.store import Store
from tests.pipeline.store.poolers import a_pooler
from tests.pipeline.store.servers import postgres_server
from tests.pipeline.store.stores import accepted, new_share, next_message

GENEROUS = 60.0


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """Of an empty database of its own: a schema is named when a connection is made, which here is not the client's."""
    server = postgres_server()
    connection = await asyncpg.connect(server.url())
    try:
        await connection.execute("DROP DATABASE IF EXISTS pooled")
        await connection.execute("CREATE DATABASE pooled")
        async with a_pooler(server.url("pooled"), server.port) as found:
            yield f"{found}?pooled=true"
        await connection.execute("DROP DATABASE pooled WITH (FORCE)")
    finally:
        await connection.close()


async def test_processes_that_share_two_connections_make_one_store_and_lose_nothing(url: str) -> None:
    clock = steady_clock(asyncio.get_running_loop())
    async with open_store(url, clock) as one, open_store(url, clock) as two, open_store(url, clock) as three:
        stores: list[Store] = [one, two, three]
        assert len({store.identity for store in stores}) == 1
        records = await asyncio.gather(
            *(accepted(store, new_share(f"{place}-{n}")) for place, store in enumerate(stores) for n in range(10))
        )

        async def work(store: Store, owner: str) -> int:
            done = 0
            while (claim := await store.claim(None, owner=owner, lease=30.0)) is not None:
                assert await store.move(claim, ShareState.ACTIVE, confirmed_size=10) is not None
                done += 1
            return done

        done = await asyncio.gather(*(work(store, f"owner-{place}") for place, store in enumerate(stores)))
        assert sum(done) == len(records) == 30
        assert {record.state for record in await three.list()} == {ShareState.ACTIVE}
        events = await one.events()
        assert [event.number for event in events] == sorted(event.number for event in events)
        assert len(events) == 60


async def test_processes_that_migrate_at_once_leave_no_lock_on_connections_that_are_others(url: str) -> None:
    clock = steady_clock(asyncio.get_running_loop())
    async with AsyncExitStack() as stack, asyncio.timeout(GENEROUS):
        stores = await asyncio.gather(*(stack.enter_async_context(open_store(url, clock)) for _ in range(4)))
        assert len({store.identity for store in stores}) == 1
        connection = await asyncpg.connect(postgres_server().url("pooled"))
        held = await connection.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        await connection.close()
        assert held == 0


async def test_a_message_of_another_process_is_found_by_polling_alone(url: str) -> None:
    clock = steady_clock(asyncio.get_running_loop())
    async with open_store(url, clock) as sender, open_store(url, clock) as taker:
        waiting = asyncio.create_task(next_message(taker, wait=GENEROUS))
        record = await accepted(sender)
        message = await waiting
        assert message is not None
        assert message.share == record.id


def test_the_pooler_is_named_in_the_url_and_nowhere_else() -> None:
    url = "postgresql://a@h:1/d?sslmode=require&pooled=true"
    assert without_pooling(url) == ("postgresql://a@h:1/d?sslmode=require", True)
    assert without_pooling("postgresql://a@h/d") == ("postgresql://a@h/d", False)


async def test_a_pooler_that_the_url_does_not_name_is_refused_with_what_to_write(url: str) -> None:
    clock = steady_clock(asyncio.get_running_loop())
    with pytest.raises(StoreOpenError, match=r"PgBouncer ends in \?pooled=true"):
        async with open_store(without_pooling(url)[0], clock):
            pass
