"""The matrix of rights, asked of the database itself, and the pipeline with the rights of its parts alone."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from connector.clock import steady_clock
from pipeline.errors import StoreOpenError
from pipeline.notices.records import NoticeReply
from pipeline.states import ShareState
from pipeline.store.postgres.connecting import Connection
from pipeline.store.postgres.opening import open_postgres_store
from pipeline.store.postgres.position import positions_at
from pipeline.store.postgres.rights import RIGHTS, STATES, DatabaseRole, grant, renew, rights_of
from tests.pipeline.notices.events import POLICY, endpoint
from tests.pipeline.store.servers import a_database
from tests.pipeline.store.stores import accepted, answer, delete, new_share, resize, taken

VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """Of a store whose rights were given."""
    async with a_database() as found:
        async with open_postgres_store(found, steady_clock(asyncio.get_running_loop())):
            pass
        connection = await asyncpg.connect(found)
        try:
            for _ in range(2):  # it may be done again
                await grant(connection)
            schema = await connection.fetchval("SELECT current_schema()")
            for role in DatabaseRole:
                await connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO {role.account}")
            yield found
        finally:
            await connection.close()


async def test_each_role_has_the_rights_of_the_matrix_on_each_table_and_no_others(url: str) -> None:
    connection = await asyncpg.connect(url)
    tables = await connection.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
    )
    assert {name for (name,) in tables} == {*RIGHTS}
    for table in RIGHTS:
        columns = [
            name
            for (name,) in await connection.fetch(
                "SELECT column_name FROM information_schema.columns "
                "WHERE table_schema = current_schema() AND table_name = $1",
                table,
            )
        ]
        for role in DatabaseRole:
            rights = rights_of(table, role)
            whole = {"SELECT": rights.select, "INSERT": rights.insert, "DELETE": rights.delete}
            whole["UPDATE"] = rights.update is None
            for verb in VERBS:
                has = await connection.fetchval("SELECT has_table_privilege($1, $2, $3)", role.account, table, verb)
                assert has is whole.get(verb, False), (table, role, verb)
            for column in columns:
                has = await connection.fetchval(
                    "SELECT has_column_privilege($1, $2, $3, 'UPDATE')", role.account, table, column
                )
                assert has is (rights.update is None or column in rights.update), (table, role, column)
    await connection.close()


@pytest.mark.parametrize("role", DatabaseRole)
@pytest.mark.parametrize("state", ShareState)
async def test_a_role_brings_a_record_into_its_states_alone(url: str, role: DatabaseRole, state: ShareState) -> None:
    async with open_postgres_store(url, steady_clock(asyncio.get_running_loop())) as store:
        await accepted(store)
    connection = await asyncpg.connect(url)
    await connection.execute(f"SET ROLE {role.account}")
    _, may = STATES.get(role, (frozenset(), frozenset[ShareState]()))
    try:
        await connection.execute("UPDATE shares SET state = $1", state.value)
        assert state in may
    except asyncpg.InsufficientPrivilegeError:
        assert state not in may
    finally:
        await connection.close()


async def test_only_a_record_on_its_way_out_is_removed_and_no_event_ever(url: str) -> None:
    async with open_postgres_store(url, steady_clock(asyncio.get_running_loop())) as store:
        await accepted(store)
    connection = await asyncpg.connect(url)
    await connection.execute(f"SET ROLE {DatabaseRole.PROCESSOR.account}")
    try:
        assert await connection.execute("DELETE FROM shares") == "DELETE 0"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("DELETE FROM events")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("UPDATE events SET reason = 'other'")
    finally:
        await connection.close()


async def test_parts_with_their_own_rights_carry_a_share_through_its_life(url: str) -> None:
    connection = await asyncpg.connect(url)
    for role in DatabaseRole:
        await connection.execute(f"DROP ROLE IF EXISTS its_{role}")
        await connection.execute(f"CREATE ROLE its_{role} LOGIN IN ROLE {role.account}")
    clock = steady_clock(asyncio.get_running_loop())
    places = [url.replace("spoolproof@", f"its_{role}@") for role in DatabaseRole]
    as_api, as_processor, as_notifier, as_reader, as_relay = places
    try:
        async with (
            open_postgres_store(as_api, clock) as api,
            open_postgres_store(as_processor, clock) as processor,
            open_postgres_store(as_notifier, clock) as notifier,
            open_postgres_store(as_reader, clock) as reader,
            open_postgres_store(as_relay, clock) as relay,
        ):
            await api.notices.add(endpoint())
            record = await accepted(api)
            (message,) = await relay.spool.take(owner="relay", lease=30.0, wait=5.0, limit=64)
            await message.ack()
            await api.create(new_share(id="other"), None, answer)
            active = await processor.move(await taken(processor), ShareState.ACTIVE, confirmed_size=10)
            assert active is not None
            await api.change(record.location, record.name, resize(20), None, answer)
            active = await processor.move(await taken(processor), ShareState.ACTIVE, confirmed_size=20)
            assert active is not None
            await api.change(record.location, record.name, delete(), None, answer)
            assert await processor.remove(await taken(processor))
            states = [event.after for event in await reader.events()]
            assert states == [
                *(ShareState.PENDING, ShareState.ACTIVE, ShareState.UPDATING, ShareState.ACTIVE),
                *(ShareState.DELETING, None),
            ]
            batch = await notifier.notices.take("endpoint-1", owner="one", lease=30.0, most=8)
            assert batch is not None
            replies = [NoticeReply(status=204)] * len(batch.deliveries)
            assert await notifier.notices.settle(batch, replies, policy=POLICY)
            assert await api.notices.replay("endpoint-1", first=1, last=6) == 3
            assert await api.notices.rotate("endpoint-1", "other", overlap=1.0) is not None
            assert await api.notices.enable("endpoint-1") is not None
            assert await api.notices.remove("endpoint-1")
    finally:
        for role in DatabaseRole:
            await connection.execute(f"DROP ROLE its_{role}")
        await connection.close()


async def test_rights_that_were_given_are_renewed_and_no_others(url: str) -> None:
    connection = await asyncpg.connect(url)
    api, asked = DatabaseRole.API.account, "SELECT has_table_privilege($1, 'events', $2)"
    try:
        await connection.execute(f"GRANT delete ON events TO {api}")
        await connection.execute(f"REVOKE insert ON events FROM {api}")
        assert await renew(connection)
        assert [await connection.fetchval(asked, api, verb) for verb in ("INSERT", "DELETE")] == [True, False]
        tables = f"ALL TABLES IN SCHEMA {await schema_of(connection)}"
        for role in DatabaseRole:
            await connection.execute(f"REVOKE ALL ON {tables} FROM {role.account}")
        assert not await renew(connection)
        assert not await connection.fetchval(asked, api, "INSERT")
    finally:
        await connection.close()


async def test_the_owner_of_the_tables_needs_no_right_to_make_roles_to_renew_theirs(url: str) -> None:
    connection = await asyncpg.connect(url)
    owner = "its_modest_owner"
    try:
        await connection.execute(f"CREATE ROLE {owner}")
        await connection.execute(f"GRANT ALL ON SCHEMA {await schema_of(connection)} TO {owner}")
        for table in RIGHTS:
            await connection.execute(f"ALTER TABLE {table} OWNER TO {owner}")
        await connection.execute(f"ALTER FUNCTION requeue_dead OWNER TO {owner}")
        await connection.execute(f"SET ROLE {owner}")
        assert await renew(connection)
    finally:
        await connection.execute("RESET ROLE")
        await connection.execute(f"REASSIGN OWNED BY {owner} TO CURRENT_USER")
        await connection.execute(f"DROP OWNED BY {owner}")
        await connection.execute(f"DROP ROLE {owner}")
        await connection.close()


async def schema_of(connection: Connection) -> str:
    return str(await connection.fetchval("SELECT current_schema()"))


async def test_an_account_that_may_not_change_the_tables_says_who_must(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("DELETE FROM migrations")
    await connection.execute("DROP ROLE IF EXISTS its_late_reader")
    await connection.execute(f"CREATE ROLE its_late_reader LOGIN IN ROLE {DatabaseRole.READER.account}")
    as_reader = url.replace("spoolproof@", "its_late_reader@")
    try:
        with pytest.raises(StoreOpenError, match="run `spoolproof pg migrate` as their owner"):
            async with open_postgres_store(as_reader, steady_clock(asyncio.get_running_loop())):
                pass
    finally:
        await connection.execute("DROP ROLE its_late_reader")
        await connection.close()


@pytest.mark.parametrize(
    ("role", "queries"),
    [
        (DatabaseRole.API, ["first_message", "first_due", "first_expired_key"]),
        (DatabaseRole.PROCESSOR, ["first_message", "first_due"]),
        (DatabaseRole.RELAY, ["first_message"]),
    ],
)
async def test_a_part_looks_for_nothing_that_its_account_may_not_read(
    url: str, role: DatabaseRole, queries: list[str]
) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"SET ROLE {role.account}")
        looks = await positions_at(steady_clock(asyncio.get_running_loop())).looks(connection)
        assert [query for query, _ in looks] == queries
        for query, _ in looks:
            table = {"first_message": "messages", "first_due": "shares", "first_expired_key": "keys"}[query]
            await connection.fetch(f"SELECT 1 FROM {table}")
    finally:
        await connection.close()
