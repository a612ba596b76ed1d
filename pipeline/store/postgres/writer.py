"""Transactions with group commit: what is asked while all connections are busy goes into the next batch, together.

A batch is one transaction. A piece of work that raises takes nothing with it: the batch is rolled back, and each of its
works runs once more in a transaction of its own. Where a commit's answer is lost with the connection, the database is
asked whether that transaction was committed (`pg_xact_status`), so that nobody is told what is not so.
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import asyncpg

from connector.clock import Clock
from pipeline.errors import StoreError, StoreUnavailableError
from pipeline.store.batches import BatchJob, by_row, each, grouped
from pipeline.store.postgres.bridge import bridged, side_by_side
from pipeline.store.postgres.connecting import FAILURES, Connection, DatabaseLink, is_lost, translate
from pipeline.store.postgres.position import Positions
from pipeline.store.postgres.tables import PostgresTables
from pipeline.store.queries import Query
from pipeline.store.tables import Together, Work

__all__ = ["PostgresWriter"]

_LARGEST_BATCH = 256
_ENOUGH = 16
"""Works for which a second transaction is worth its round trips, while another one is under way."""
_LASTS = 0.005
"""Seconds for which fewer wait for one that is under way."""
_STATUS = "SELECT pg_xact_status(CAST(CAST($1 AS text) AS xid8))"
_LOOK_AGAIN = 0.05

A = TypeVar("A")
T = TypeVar("T")

_AGAIN = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError)
"""Of transactions that got into each other's way: the same one may be tried again."""


class PostgresWriter:
    """Runs work in transactions, a few at a time.

    links: one connection for each transaction that may run at once. positions: from where it is looked.
    patience: seconds for which the database may be away before callers get `StoreUnavailableError`.
    """

    def __init__(
        self,
        links: Sequence[DatabaseLink],
        queries: Mapping[str, Query],
        clock: Clock,
        *,
        positions: Positions,
        patience: float,
    ) -> None:
        self._queries = queries
        self._positions = positions
        self._clock = clock
        self._patience = patience
        self._free = list(links)
        self._waiting: list[BatchJob] = []
        self._running: set[asyncio.Task[None]] = set()
        self._closed = False
        self._timer: asyncio.TimerHandle | None = None

    def write(self, work: Work[T]) -> Awaitable[T]:
        """What `work` returns, once it is durable. Raises what `work` raises, or a `StoreError`."""
        return self.write_together(each, work)

    def write_on(self, row: int, work: Work[T]) -> Awaitable[T]:
        """See `Writer.write_on`."""
        return self._ask(each, work, row)

    def write_together(self, work: Together[A, T], item: A) -> Awaitable[T]:
        """What `work` answers for `item`, once it is durable; all who wait with one `work` are answered by one call."""
        return self._ask(work, item, None)

    async def _ask(self, work: Together[A, T], item: A, row: int | None) -> T:
        if self._closed:
            raise StoreError("the store is closed")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._waiting.append(BatchJob(work, item, answer, row, self._clock() + self._patience))
        if self._free:
            self._launch_soon(loop)
        return await answer

    def _launch_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        """A tick later, so that all that is asked in this one goes along; while a transaction is under way, when there
        is enough for another one, or it lasts."""
        if len(self._waiting) == (_ENOUGH if self._running else 1):
            loop.call_soon(self._launch)
        elif len(self._waiting) == 1:
            self._timer = loop.call_later(_LASTS, self._launch)

    async def close(self) -> None:
        """Take nothing more, and wait until everything asked so far is durable or refused."""
        self._closed = True
        self._launch()
        while self._running:
            await asyncio.wait(self._running)

    def _launch(self) -> None:
        if not self._waiting or not self._free:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch, self._waiting = self._waiting[:_LARGEST_BATCH], self._waiting[_LARGEST_BATCH:]
        link = self._free.pop()
        task = asyncio.get_running_loop().create_task(self._run(link, batch))
        self._running.add(task)
        task.add_done_callback(partial(self._ended, link))

    def _ended(self, link: DatabaseLink, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._free.append(link)
        self._launch()

    async def _run(self, link: DatabaseLink, batch: list[BatchJob]) -> None:
        try:
            values = await self._patiently(link, batch)
        except Exception as error:  # noqa: BLE001 - whose it is shows in the runs that follow
            if len(batch) > 1 and not isinstance(error, StoreUnavailableError):
                for job in batch:
                    await self._run(link, [job])
                return
            _fail(batch, error)
        else:
            for job, value in zip(batch, values, strict=True):
                if not job.answer.done():  # the caller was cancelled; the work is done all the same
                    job.answer.set_result(value)

    async def _patiently(self, link: DatabaseLink, batch: list[BatchJob]) -> list[Any]:
        """Run it, again where the database went away or another transaction was in the way."""
        ends = batch[0].ends  # the one that has waited longest
        while True:
            try:
                return await self._transaction(link, batch, ends)
            except _AGAIN as error:
                if self._clock() >= ends:
                    raise translate(link.place, error) from error
            except FAILURES as error:
                link.drop()
                if not is_lost(error) or self._clock() >= ends:
                    raise translate(link.place, error) from error

    async def _transaction(self, link: DatabaseLink, batch: list[BatchJob], ends: float) -> list[Any]:
        connection = await link.get(ends - self._clock())
        await connection.execute("BEGIN")
        try:
            tables = PostgresTables(self._clock(), self._queries, self._positions, writes=True)
            values = await _values(connection, batch, tables)
            number = await bridged(connection, tables.flush)
        except BaseException:
            await _roll_back(link, connection)
            raise
        try:
            await connection.execute("COMMIT")
        except FAILURES as error:
            link.drop()
            if not is_lost(error):
                raise
            if not await self._was_committed(link, number, ends):
                raise
        return values

    async def _was_committed(self, link: DatabaseLink, number: str, ends: float) -> bool:
        """What became of a commit whose answer was lost. Raises `StoreUnavailableError` where that cannot be told."""
        while True:
            connection = await link.get(ends - self._clock())
            try:
                async with connection.transaction(readonly=True):
                    status = await connection.fetchval(_STATUS, number)
            except FAILURES as error:
                link.drop()
                if not is_lost(error):
                    raise translate(link.place, error) from error
                status = "in progress"
            if status in {"committed", "aborted"}:
                return bool(status == "committed")
            if self._clock() >= ends:
                raise StoreUnavailableError(f"{link.place}: whether the last transaction was committed is not known")
            await asyncio.sleep(_LOOK_AGAIN)


async def _values(connection: Connection, batch: Sequence[BatchJob], tables: PostgresTables) -> list[Any]:
    """What the works of a batch return, in its order."""
    first, *others = by_row(batch)
    values = await bridged(connection, partial(grouped, first, tables))
    for those in await side_by_side(connection, [partial(grouped, those, tables) for those in others]):
        values += those
    in_order = [job for those in (first, *others) for job in those]
    by_job = dict(zip(map(id, in_order), values, strict=True))
    return [by_job[id(job)] for job in batch]


async def _roll_back(link: DatabaseLink, connection: Connection) -> None:
    if connection.is_closed():
        return
    try:
        await connection.execute("ROLLBACK")
    except FAILURES:
        link.drop()


def _fail(batch: list[BatchJob], error: BaseException) -> None:
    for job in batch:
        if not job.answer.done():
            job.answer.set_exception(error)
