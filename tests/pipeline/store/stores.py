"""The stores that pass the conformance suite, and what its tests ask of each: a new store is one more line here."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from connector.clock import Clock, steady_clock
from pipeline.marks import StoreIdentity
from pipeline.quotas import UNLIMITED, Quota
from pipeline.record import DEFAULT_TENANT, Change, Claim, Message, NewShare, ShareRecord
from pipeline.states import Operation
from pipeline.store.acceptances import Acceptance, Accepted, StoredAnswer
from pipeline.store.delivery import Delivery
from pipeline.store.memory import memory_store
from pipeline.store.postgres.opening import open_postgres_store
from pipeline.store.sqlite import open_store
from pipeline.store.sqlite_tables import SqliteTables
from pipeline.store.store import Store
from pipeline.store.tables import Tables
from tests.pipeline.store.servers import a_database

__all__ = [
    "STORES",
    "HandClock",
    "Store",
    "StoreFactory",
    "accepted",
    "answer",
    "as_of_schema_1",
    "delete",
    "new_share",
    "next_delivery",
    "next_message",
    "resize",
    "sql",
    "taken",
]


StoreFactory = Callable[[Path, Clock], AbstractAsyncContextManager[Store]]


class HandClock:
    """A clock that moves by hand: leases end without waiting."""

    def __init__(self, now: float = 1_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


@asynccontextmanager
async def sqlite_store(directory: Path, clock: Clock) -> AsyncIterator[Store]:
    async with open_store(directory / "store.db", clock) as store:
        yield store


@asynccontextmanager
async def in_memory(_directory: Path, clock: Clock) -> AsyncIterator[Store]:
    yield memory_store(clock, identity=StoreIdentity(id="in-memory"))


@asynccontextmanager
async def in_postgres(_directory: Path, clock: Clock) -> AsyncIterator[Store]:
    async with (
        a_database() as url,
        open_postgres_store(url, steady_clock(asyncio.get_running_loop()), told=clock, poll=0.05) as store,
    ):
        yield store


STORES: dict[str, StoreFactory] = {"sqlite": sqlite_store, "memory": in_memory, "postgresql": in_postgres}


def sql(query: str, tables: Tables) -> list[Any]:
    """The rows of a query of the test's own, where the tables are SQLite's."""
    assert isinstance(tables, SqliteTables)
    return tables.db.execute(query).fetchall()


def new_share(
    name: str = "home",
    *,
    id: str | None = None,
    location: str = "north",
    size: int = 10,
    tenant: str = DEFAULT_TENANT,
    priority: int = 0,
    quota: Quota = UNLIMITED,
) -> NewShare:
    made = id or f"id-{location}-{name}"
    return NewShare(id=made, location=location, name=name, size=size, tenant=tenant, priority=priority, quota=quota)


def answer(acceptance: Acceptance) -> StoredAnswer:
    """An answer that tells the kind of acceptance, so that a replay can be recognised."""
    return StoredAnswer(status=202, headers=((b"x-kind", type(acceptance).__name__.encode()),), body=b"first")


def resize(size: int) -> Change:
    return Change(operation=Operation.RESIZE, size=size)


def delete() -> Change:
    return Change(operation=Operation.DELETE)


def as_of_schema_1(path: Path) -> None:
    """Make a store as the first version would have left it."""
    db = sqlite3.connect(path)
    db.executescript("""
        DROP TABLE identity;
        DROP TABLE findings;
        DROP TABLE endpoints;
        DROP TABLE deliveries;
        DROP TABLE notice_attempts;
        DROP INDEX events_removed;
        DROP TABLE holds;
        DROP INDEX shares_turns;
        DROP INDEX shares_dead;
        DROP INDEX shares_of_tenant;
        ALTER TABLE shares DROP COLUMN dead;
        ALTER TABLE shares DROP COLUMN claims;
        ALTER TABLE shares DROP COLUMN priority;
        ALTER TABLE shares DROP COLUMN tenant;
        ALTER TABLE shares DROP COLUMN deferrals;
        ALTER TABLE events DROP COLUMN operation;
        ALTER TABLE events DROP COLUMN tenant;
        ALTER TABLE shares DROP COLUMN part;
        ALTER TABLE shares DROP COLUMN parts;
        PRAGMA user_version = 1;
    """)
    db.close()


async def accepted(store: Store, share: NewShare | None = None) -> ShareRecord:
    """A record that was just accepted."""
    acceptance = await store.create(share or new_share(), None, answer)
    assert isinstance(acceptance, Accepted)
    return acceptance.record


async def taken(store: Store, *, owner: str = "one", lease: float = 30.0) -> Claim:
    """A claim on whatever has been due longest."""
    claim = await store.claim(None, owner=owner, lease=lease)
    assert claim is not None
    return claim


async def next_message(store: Store, *, owner: str = "one", lease: float = 30.0, wait: float = 0.0) -> Message | None:
    """What the spool delivers next, taken and kept."""
    delivery = await next_delivery(store, owner=owner, lease=lease, wait=wait)
    return None if delivery is None else delivery.message


async def next_delivery(store: Store, *, owner: str = "one", lease: float = 30.0, wait: float = 0.0) -> Delivery | None:
    """The same, in hand."""
    taken = await store.spool.take(owner=owner, lease=lease, wait=wait, limit=1)
    return taken[0] if taken else None
