"""Each queue as its documentation would have it, behind one protocol. A job is a word; its work is nothing.

Rivals are imported where they are used: they are installed by `make bench` alone, and the bench says so where not.
"""

import asyncio
import importlib
import importlib.util
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from connector.clock import steady_clock
from pipeline.processor.processor import processor
from pipeline.record import NewShare
from pipeline.settings import PipelineSettings
from pipeline.store.acceptances import Acceptance, StoredAnswer
from pipeline.store.opening import open_store
from pipeline.store.store import Store
from pipeline.uuid7 import uuid7_maker
from tests.bench.jobs.cluster import Cluster

__all__ = ["QUEUES", "Job", "JobQueue", "Put", "is_there", "no_answer"]

Put = Callable[[str], Awaitable[object]]
"""Puts a job; it is durable on return."""

_CONNECTIONS = 16
"""Of whoever puts jobs, where each put takes one."""
_AT_ONCE = 16
"""Jobs worked on at once: `processor.workers` of ours by default, and as much for each rival."""
_TAKEN = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """begun: is told of each job. hangs: the work of a job never ends."""

    begun: Callable[[str], None]
    hangs: bool = False

    async def work(self, word: str) -> None:
        """What a job does."""
        self.begun(word)
        if self.hangs:
            await asyncio.Event().wait()


class JobQueue(Protocol):
    """where: a folder (SQLite), or a URL of an empty database (PostgreSQL)."""

    def __init__(self, where: str) -> None: ...

    async def prepare(self) -> None:
        """Make the tables."""
        ...

    def putting(self) -> AbstractAsyncContextManager[Put]:
        """While jobs are put."""
        ...

    def working(self, job: Job) -> AbstractAsyncContextManager[None]:
        """While jobs are worked on; on leaving, those in hand are finished."""
        ...


class Pipeline:
    """The processor as it is: a claim with a lease and a fence, a create that is durable before it is sent, a look, and
    the move to active, each in a transaction. The cluster answers at once."""

    def __init__(self, where: str) -> None:
        self._place: Path | str = where if "://" in where else Path(where) / "store.db"

    async def prepare(self) -> None:
        async with self._store():
            pass

    @asynccontextmanager
    async def putting(self) -> AsyncIterator[Put]:
        async with self._store() as store:
            new_id = uuid7_maker(store.clock)

            async def put(word: str) -> Acceptance:
                share = NewShare(id=self._id(word, new_id), location="north", name=word, size=1)
                return await store.create(share, None, no_answer)

            yield put

    @asynccontextmanager
    async def working(self, job: Job) -> AsyncIterator[None]:
        async with (
            self._store() as store,
            processor(
                PipelineSettings(),
                store=store,
                spool=store.spool,
                connectors={"north": Cluster(job.work)},
                clock=store.clock,
                holder=f"bench-{id(self)}",
            ),
        ):
            yield

    def _id(self, word: str, new_id: Callable[[], str]) -> str:
        return new_id()

    def _store(self) -> AbstractAsyncContextManager[Store]:
        return open_store(self._place, steady_clock(asyncio.get_running_loop()))


class Messages(Pipeline):
    """The messages alone: put with record and event, taken under a lease, and ended. No record is worked on."""

    @asynccontextmanager
    async def working(self, job: Job) -> AsyncIterator[None]:
        async with self._store() as store, asyncio.TaskGroup() as group:
            taking = group.create_task(self._take(store, job))
            try:
                yield
            finally:
                taking.cancel()

    def _id(self, word: str, new_id: Callable[[], str]) -> str:
        """A message tells no more of its job."""
        return word

    async def _take(self, store: Store, job: Job) -> None:
        while True:
            taken = await store.spool.take(owner="bench", lease=30.0, wait=0.5, limit=_TAKEN)
            for delivery in taken:
                await job.work(delivery.message.share)
            await asyncio.gather(*(delivery.ack() for delivery in taken))


def no_answer(acceptance: Acceptance) -> StoredAnswer:
    """What is kept with a key: there is none here."""
    raise AssertionError("no job has a key")


class Procrastinate:
    """procrastinate on psycopg: `defer_async`, and one worker of as many jobs at once as ours; LISTEN is on."""

    def __init__(self, where: str) -> None:
        library: Any = importlib.import_module("procrastinate")
        self._app: Any = library.App(
            connector=library.PsycopgConnector(conninfo=where, min_size=4, max_size=_CONNECTIONS)
        )
        self._job: Job | None = None
        self._task: Any = self._app.task(name="job")(self._work)

    async def _work(self, word: str) -> None:
        assert self._job is not None
        await self._job.work(word)

    async def prepare(self) -> None:
        async with self._app.open_async():
            await self._app.schema_manager.apply_schema_async()

    @asynccontextmanager
    async def putting(self) -> AsyncIterator[Put]:
        async with self._app.open_async():
            yield lambda word: self._task.defer_async(word=word)

    @asynccontextmanager
    async def working(self, job: Job) -> AsyncIterator[None]:
        self._job = job
        async with self._app.open_async():
            worker = asyncio.create_task(
                self._app.run_worker_async(concurrency=_AT_ONCE, install_signal_handlers=False)
            )
            try:
                yield
            finally:
                worker.cancel()
                await asyncio.wait([worker])


class PgQueuer:
    """pgqueuer on asyncpg: a pool for who puts, a connection of its own for the manager, `durable` tables with the
    settings of `pgq autovac`, 25 jobs a fetch."""

    def __init__(self, where: str) -> None:
        self._where = where

    async def prepare(self) -> None:
        library: Any = importlib.import_module("pgqueuer")
        connection = await importlib.import_module("asyncpg").connect(self._where)
        queries = importlib.import_module("pgqueuer.queries").Queries(library.AsyncpgDriver(connection))
        await queries.install()
        await queries.optimize_autovacuum()
        await connection.close()

    @asynccontextmanager
    async def putting(self) -> AsyncIterator[Put]:
        library: Any = importlib.import_module("pgqueuer")
        asyncpg: Any = importlib.import_module("asyncpg")
        async with asyncpg.create_pool(self._where, min_size=4, max_size=_CONNECTIONS) as pool:
            queries = importlib.import_module("pgqueuer.queries").Queries(library.AsyncpgPoolDriver(pool))
            yield lambda word: queries.enqueue("job", word.encode())

    @asynccontextmanager
    async def working(self, job: Job) -> AsyncIterator[None]:
        library: Any = importlib.import_module("pgqueuer")
        connection = await importlib.import_module("asyncpg").connect(self._where)
        manager: Any = library.PgQueuer(library.AsyncpgDriver(connection))

        async def work(given: Any) -> None:
            await job.work(given.payload.decode())

        manager.entrypoint("job")(work)
        running = asyncio.create_task(manager.run(batch_size=25))
        try:
            yield
        finally:
            manager.shutdown.set()
            await asyncio.wait([running])
            await connection.close()


class Huey:
    """huey on SQLite with `fsync`, without results, and a consumer of two threads that looks every 10 ms."""

    def __init__(self, where: str) -> None:
        library: Any = importlib.import_module("huey")
        self._huey: Any = library.SqliteHuey(filename=str(Path(where) / "huey.db"), fsync=True, results=False)
        self._job: Job | None = None
        self._task: Any = self._huey.task(name="job")(self._work)

    def _work(self, word: str) -> None:
        assert self._job is not None
        self._job.begun(word)
        if self._job.hangs:
            time.sleep(3600.0)

    async def prepare(self) -> None:
        self._huey.pending_count()

    @asynccontextmanager
    async def putting(self) -> AsyncIterator[Put]:
        async def put(word: str) -> None:
            self._task(word)

        yield put

    @asynccontextmanager
    async def working(self, job: Job) -> AsyncIterator[None]:
        self._job = job
        consumer: Any = self._huey.create_consumer(
            workers=2, periodic=False, initial_delay=0.001, backoff=1.15, max_delay=0.01, check_worker_health=False
        )
        consumer.start()
        try:
            yield
        finally:
            await asyncio.to_thread(consumer.stop, graceful=True)


QUEUES: Mapping[str, type[JobQueue]] = {
    "pipeline": Pipeline,
    "messages": Messages,
    "procrastinate": Procrastinate,
    "pgqueuer": PgQueuer,
    "huey": Huey,
}


def is_there(name: str) -> bool:
    """Whether its package is installed."""
    return name in {"pipeline", "messages"} or importlib.util.find_spec(name) is not None
