"""Under a snapshot that is held PostgreSQL keeps what is done: who looks for work passes none of it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import inf
from typing import Any

import asyncpg
import pytest

from connector.clock import steady_clock
from pipeline.store.postgres.opening import open_postgres_store
from pipeline.store.queries import load_postgres_queries
from pipeline.store.tables import Tables
from pipeline.store.transactional import TransactionalStore
from tests.bench.jobs.bulk import do_in_bulk
from tests.pipeline.store.servers import a_database
from tests.pipeline.store.stores import new_share

TENANTS = ("blue", "default", "red")
GENEROUS = 60.0


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with a_database() as found:
        yield found


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[TransactionalStore]:
    async with open_postgres_store(url, steady_clock(asyncio.get_running_loop())) as store:
        yield store


Plan = dict[str, Any]


async def plan_of(connection: "asyncpg.Connection[asyncpg.Record]", query: str, since: float, now: float) -> Plan:
    """What PostgreSQL does for a query."""
    asked = load_postgres_queries()[query]
    values = {
        "locations": ["north"], "since": since, "now": now, "limit": 16, "location": "north", "served": "default",
        "upper": "\U0010ffff", "lower": "default", "tenant": "default", "priority": 0, "most": 1000, "owner": "one",
        "visible_at": now + 30.0,
    }  # fmt: skip
    told = await connection.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {asked.text}", *asked.values(values))
    plan: Plan = json.loads(told)[0]["Plan"]
    return plan


async def pages(connection: "asyncpg.Connection[asyncpg.Record]", query: str, since: float, now: float) -> int:
    """That a query passes."""
    plan = await plan_of(connection, query, since, now)
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def indexes(plan: Plan) -> set[str]:
    """That a plan reads."""
    own = {plan["Index Name"]} if "Index Name" in plan else set[str]()
    return own.union(*(indexes(part) for part in plan.get("Plans", ())))


async def hold_a_snapshot(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Until the connection is closed."""
    await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    await connection.execute("SELECT count(*) FROM shares")


LOOKS = (
    "forget_keys",
    "first_expired_key",
    "earliest_due",
    "ahead_of",
    "take_message",
    "first_due",
    "first_message",
    "backlog",
)


_KEYS = """
INSERT INTO keys (tenant, key, body_hash, expires_at, status, headers, body)
SELECT 'red', n, '', extract(epoch FROM now()) - 60, 202, '', '' FROM generate_series(1, 4000) AS n;
DELETE FROM keys;
"""


async def test_who_looks_for_work_passes_none_of_what_is_done(url: str) -> None:
    async with opened(url) as store:
        holder, connection = await asyncpg.connect(url), await asyncpg.connect(url)
        await hold_a_snapshot(holder)
        await do_in_bulk(url, 4_000, lambda: store.clock() - 60.0, tenants=TENANTS)
        await connection.execute(_KEYS)
        await connection.execute("SET enable_seqscan = off")
        now = store.clock()
        passed = {
            query: (await pages(connection, query, now - 2.0, now), await pages(connection, query, -inf, now))
            for query in LOOKS
        }
        await holder.close()
        await connection.close()
    assert {query: few for query, (few, many) in passed.items() if few > 40 or many < 5 * few} == {}


@pytest.mark.parametrize("query", ["earliest_due", "backlog"])
async def test_due_records_are_looked_for_by_the_index_of_what_waits_alone(url: str, query: str) -> None:
    """By location PostgreSQL would pass all records of it, which may be all that there are."""
    async with opened(url) as store:
        holder, connection = await asyncpg.connect(url), await asyncpg.connect(url)
        await hold_a_snapshot(holder)
        await do_in_bulk(url, 4_000, lambda: store.clock() - 60.0, tenants=TENANTS)
        await connection.execute("SET enable_seqscan = off")
        now = store.clock()
        plan = await plan_of(connection, query, now - 2.0, now)
        await holder.close()
        await connection.close()
    assert indexes(plan) == {"shares_waiting"}


async def test_a_record_that_is_committed_late_is_claimed_though_it_lies_behind_where_they_are_looked_for(
    url: str,
) -> None:
    """Its sender was put aside for a minute, and the message was lost."""

    def accept_late(tables: Tables) -> None:
        tables.now -= 60.0  # type: ignore[misc]  # of those who write to the tables nobody else may
        tables.insert_created([new_share("late")], None)

    async with opened(url) as store:
        position = store._readers._positions.due  # type: ignore[attr-defined]  # which store it is
        async with asyncio.timeout(GENEROUS):
            while position.since == -inf:
                await asyncio.sleep(0.01)
            await store.transact(accept_late)
            while (claim := await store.claim(None, owner="one", lease=30.0)) is None:
                await asyncio.sleep(0.01)
    assert claim.record.name == "late"
