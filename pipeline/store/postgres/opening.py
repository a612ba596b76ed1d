"""Opens the store in PostgreSQL: connections, migrations, clock, and the store over them."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from connector.clock import Clock
from pipeline.lasting import keep_on
from pipeline.store.postgres.connecting import FAILURES, DatabaseLink, translate, without_password
from pipeline.store.postgres.database_clock import DatabaseClock
from pipeline.store.postgres.listening import ListeningWakeup
from pipeline.store.postgres.migrating import migrate, read_identity
from pipeline.store.postgres.position import positions_at
from pipeline.store.postgres.readers import PostgresReaders
from pipeline.store.postgres.writer import PostgresWriter
from pipeline.store.queries import load_postgres_queries
from pipeline.store.spool import TableSpool
from pipeline.store.transactional import TransactionalStore
from pipeline.store.wakeup import LoopWakeup
from pipeline.uuid7 import Entropy

__all__ = ["open_postgres_store"]

_AGAIN_AFTER = 2.0
"""Seconds after a turn that failed: a notification that is lost meanwhile costs a poll."""


@asynccontextmanager
async def open_postgres_store(
    url: str,
    clock: Clock,
    *,
    told: Clock | None = None,
    pooled: bool = False,
    poll: float | None = None,
    patience: float = 10.0,
    answers: float | None = None,
    message_lifetime: float = 3600.0,
    writers: int = 2,
    readers: int = 2,
    entropy: Entropy = os.urandom,
) -> AsyncIterator[TransactionalStore]:
    """Open the store of a database, whose tables are made or brought up to date; on leaving, all that was asked is
    durable or refused. Any number of processes on any number of hosts may open it.

    url: `postgresql://user@host/database`; a password comes from PGPASSWORD or ~/.pgpass, as psql reads them.
    clock: a steady clock of this process. told: the store's clock (None: the database's, as seen from here).
    pooled: through a pooler that gives each transaction another connection (PgBouncer in transaction mode).
    poll: seconds until a waiting taker looks for a message that no notification told of (None: 1, and pooled 0.05).
    patience: seconds for which the database may be away while the store is opened. answers: likewise, until callers get
    `StoreUnavailableError` (None: as long as patience).
    writers, readers: how many connections write and read.

    Raises `StoreOpenError` and `StoreUnavailableError`.
    """
    place, answers = without_password(url), patience if answers is None else answers
    async with AsyncExitStack() as closing:

        def link(*, hasty: bool = False) -> DatabaseLink:
            made = DatabaseLink(url, place, patience=patience, pooled=pooled, clock=clock, hasty=hasty)
            closing.push_async_callback(made.close)
            return made

        first = link()
        connection = await first.get()
        try:
            await migrate(connection, place, entropy=entropy)
            identity = await read_identity(connection)
        except FAILURES as error:
            raise translate(place, error) from error
        turns: dict[str, Callable[[], Awaitable[bool]]] = {}
        if told is None:
            told = keeper = DatabaseClock(clock)
            await keeper.look(connection)
            turns["clock"] = partial(keeper.keep, link())
        queries, positions = load_postgres_queries(), positions_at(clock)
        reading = PostgresReaders(
            [link() for _ in range(readers)], queries, told, positions=positions, patience=answers
        )
        for query, position in await positions.looks(connection):
            turns[query] = partial(position.keep, partial(_first, reading, query))
        writer = PostgresWriter(
            [first, *(link() for _ in range(writers - 1))], queries, told, positions=positions, patience=answers
        )
        closing.push_async_callback(writer.close)
        wakeup, taking = LoopWakeup(), writer
        if not pooled:
            ears = link(hasty=True)
            await ears.get()  # here, so that a pooler that nobody spoke of is noticed at the start
            wakeup = listening = ListeningWakeup(ears)
            closing.push_async_callback(listening.close)
            turns["listening"] = listening.turn
            # A message is a hint: one whose taking or end was lost with the database comes again, and finds its work
            # done. (A pooler may refuse to pass such a setting on.)
            taking = PostgresWriter([link(hasty=True)], queries, told, positions=positions, patience=answers)
            closing.push_async_callback(taking.close)
        await closing.enter_async_context(_background(turns))  # last, so that it ends before its connections
        yield TransactionalStore(
            writer,
            reading,
            identity,
            spool=TableSpool(taking, reading, wakeup, poll=poll or (0.05 if pooled else 1.0)),
            message_lifetime=message_lifetime,
            wakeup=wakeup,
            clock=told,
        )


async def _first(reading: PostgresReaders, query: str, since: float) -> tuple[float, float]:
    return await reading.read(lambda tables: tables.first(query, since))


@asynccontextmanager
async def _background(turns: Mapping[str, Callable[[], Awaitable[bool]]]) -> AsyncIterator[None]:
    """Keeps on with these turns, by name, while the context lasts."""
    failure: Exception | None = None
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(keep_on(name, turn, pause=_AGAIN_AFTER)) for name, turn in turns.items()]
        try:
            yield
        except Exception as error:  # noqa: BLE001 - raised below: inside, the group would wrap it
            failure = error
        finally:
            for task in tasks:
                task.cancel()
    if failure is not None:
        raise failure
