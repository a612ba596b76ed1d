"""One writer with group commit: what is asked while a commit is under way goes into the next one, all together.

A commit that is durable costs a sync of the disk; a batch shares one. Callers who ask for the same work share its
statements too. A piece of work that raises takes nothing with it: the batch is rolled back and runs once more, with a
savepoint around each piece, so that nobody pays for what is rare.

The statements of a batch run on the loop's thread, and only its sync in the executor: SQLite gives the interpreter's
lock away around every statement, and to win it back from a busy loop costs more than the statement does. A large batch
runs wholly in the executor. Where another process holds the file, the loop asks again after a millisecond or so:
SQLite's own waiting doubles its steps, and sleeps for eight milliseconds where a commit of five is under way.

There is no task and no thread here beyond `run_in_executor`, so that a loop which runs executor jobs inline (in
virtual time) runs this unchanged; and a caller who is cancelled takes nothing back: what was asked is done.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from connector.clock import Clock
from pipeline.errors import StoreError
from pipeline.store.batches import BatchJob, each, grouped
from pipeline.store.connection import is_busy, translate
from pipeline.store.files import StoreFiles
from pipeline.store.queries import Query
from pipeline.store.sqlite_tables import SqliteTables
from pipeline.store.tables import Together, Work

__all__ = ["GroupCommit"]

_LARGEST_BATCH = 512
_LARGEST_HERE = 64  # works whose statements keep the loop for some two milliseconds
_RETRY_SOONEST, _RETRY_LATEST = 0.0005, 0.005
_RETRY_SHARE = 0.25  # of the time that has been waited already: a lock that is held long is asked for less often

A = TypeVar("A")
T = TypeVar("T")


_Ending = tuple[Any, Exception | None]


class GroupCommit:
    """Runs work in transactions on one connection, in the order in which it was asked.

    patience: seconds for which another process may hold the file before callers get `StoreUnavailableError`.
    """

    def __init__(
        self,
        path: Path,
        db: sqlite3.Connection,
        queries: Mapping[str, Query],
        clock: Clock,
        executor: Executor,
        *,
        files: StoreFiles,
        patience: float,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._path = path
        self._db = db
        self._queries = queries
        self._clock = clock
        self._executor = executor
        self._files = files
        self._patience = patience
        self._waiting: list[BatchJob] = []
        self._busy = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False
        self._abandoned = False
        self._db.execute("PRAGMA busy_timeout = 0")

    def write(self, work: Work[T]) -> Awaitable[T]:
        """What `work` returns, once it is durable. Raises what `work` raises, or a `StoreError`."""
        return self.write_together(each, work)

    def write_on(self, row: int, work: Work[T]) -> Awaitable[T]:
        """As `write`: the statements of a file are not waited for."""
        return self.write(work)

    async def write_together(self, work: Together[A, T], item: A) -> T:
        """What `work` answers for `item`, once it is durable; all who wait with one `work` are answered by one call.

        Within a batch the order is that of the works, not of the callers: none of them had an answer yet.
        """
        if self._closed:
            raise self._refusal()
        answer: asyncio.Future[T] = self._loop.create_future()
        self._waiting.append(BatchJob(work, item, answer))
        if not self._busy:
            self._busy = True
            self._idle.clear()
            self._loop.call_soon(self._next_batch)  # a tick later: all that is asked in this one goes along
        return await answer

    async def close(self) -> None:
        """Take nothing more, and wait until everything asked so far is durable or refused.

        Cancelled, it waits no longer: what is under way ends, and nothing else uses the connection from then on.
        """
        self._closed = True
        try:
            await self._idle.wait()
        except asyncio.CancelledError:
            self._abandoned = True
            raise

    def _next_batch(self) -> None:
        batch, self._waiting = self._waiting[:_LARGEST_BATCH], self._waiting[_LARGEST_BATCH:]
        if not batch:
            self._busy = False
            self._idle.set()
            return
        self._launch(batch, self._loop.time() + self._patience)

    def _launch(self, batch: list[BatchJob], gives_up_at: float) -> None:
        if self._abandoned:  # the connection and the executor may be closed by now
            self._answer(batch, [(None, self._refusal())] * len(batch))
            return
        try:
            endings = self._write(batch, _plainly) if len(batch) <= _LARGEST_HERE else None
        except Exception as error:  # noqa: BLE001 - whose it is shows in the run that follows
            if is_busy(error) and self._retried(batch, gives_up_at):
                return
            endings = None
        rest = partial(self._commit, batch) if endings is None else partial(self._sync, endings)
        running = self._loop.run_in_executor(self._executor, rest)
        running.add_done_callback(partial(self._settle, batch, gives_up_at))

    def _retried(self, batch: list[BatchJob], gives_up_at: float) -> bool:
        """Whether there is time to ask for the lock again; then it will be."""
        left = gives_up_at - self._loop.time()
        if left <= 0:
            return False
        wait = max(_RETRY_SOONEST, min(_RETRY_SHARE * (self._patience - left), _RETRY_LATEST))
        self._loop.call_later(wait, self._launch, batch, gives_up_at)
        return True

    def _sync(self, endings: list[_Ending]) -> list[_Ending]:
        try:
            self._db.execute("COMMIT")
        except BaseException:
            self._undo()
            raise
        return endings

    def _settle(self, batch: list[BatchJob], gives_up_at: float, running: asyncio.Future[list[_Ending]]) -> None:
        error = running.exception()
        if is_busy(error) and self._retried(batch, gives_up_at):
            return
        self._answer(batch, running.result() if error is None else [(None, error)] * len(batch))

    def _answer(self, batch: list[BatchJob], endings: Sequence[tuple[Any, BaseException | None]]) -> None:
        for job, (value, raised) in zip(batch, endings, strict=True):
            if job.answer.done():  # the caller was cancelled; the work is done all the same
                continue
            if raised is None:
                job.answer.set_result(value)
            else:
                job.answer.set_exception(self._translate(raised))
        self._next_batch()

    def _commit(self, batch: list[BatchJob]) -> list[_Ending]:
        """All of the batch, durably; raises, with nothing written, what concerns the store as a whole."""
        try:
            return self._run(batch, _plainly)
        except sqlite3.OperationalError:
            raise
        except Exception:  # noqa: BLE001 - whose it is shows in the second run
            return self._run(batch, _one_by_one)

    def _run(self, batch: list[BatchJob], how: "_How") -> list[_Ending]:
        return self._sync(self._write(batch, how))

    def _write(self, batch: list[BatchJob], how: "_How") -> list[_Ending]:
        """How the works end; the transaction stays open, unless one of them raises."""
        self._files.check()
        self._db.execute("BEGIN IMMEDIATE")
        try:
            return how(batch, SqliteTables(db=self._db, now=self._clock(), queries=self._queries))
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        if self._db.in_transaction:  # SQLite rolls back by itself after some errors
            self._db.execute("ROLLBACK")

    def _refusal(self) -> StoreError:
        return StoreError(f"{self._path}: the store is closed")

    def _translate(self, error: BaseException) -> BaseException:
        if not isinstance(error, sqlite3.Error):
            return error
        translation = translate(self._path, error)
        translation.__cause__ = error
        return translation


_How = Callable[[list[BatchJob], SqliteTables], list[_Ending]]


def _plainly(batch: list[BatchJob], tables: SqliteTables) -> list[_Ending]:
    return [(value, None) for value in grouped(batch, tables)]


def _one_by_one(batch: list[BatchJob], tables: SqliteTables) -> list[_Ending]:
    return [_guarded(job, tables) for job in batch]


def _guarded(job: BatchJob, tables: SqliteTables) -> _Ending:
    tables.db.execute("SAVEPOINT work")
    ending: _Ending
    try:
        (value,) = job.work(tables, [job.item])
        ending = (value, None)
    except sqlite3.OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - it is the caller's, and is raised there
        tables.db.execute("ROLLBACK TO work")
        ending = (None, error)
    tables.db.execute("RELEASE work")
    return ending
