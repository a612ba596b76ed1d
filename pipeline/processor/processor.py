"""A whole processor: clusters, worker, dispatcher and sweepers, running while the context is open."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from connector.clock import Clock
from connector.protocol import Connector, Deadlines
from pipeline.lasting import keep_on
from pipeline.marks import Marks
from pipeline.processor.cluster import Cluster
from pipeline.processor.decide import Decide, decide
from pipeline.processor.differences import RemedyOf, remedy_of
from pipeline.processor.dispatch import Dispatcher
from pipeline.processor.mender import Mender, Mends, WrapMender
from pipeline.processor.outcome_classes import Classify, classify
from pipeline.processor.reconciler import Reconciler
from pipeline.processor.situation import Rules
from pipeline.processor.sorting import SortOut, sort_out
from pipeline.processor.sweeper import Sweeper
from pipeline.processor.worker import Worker
from pipeline.settings import CommandSettings, PipelineSettings
from pipeline.store.delivery import Spool
from pipeline.store.protocol import JobStore, ReadStore
from pipeline.store.tables import Work

__all__ = ["ProcessorStore", "Table", "deadlines_of", "one_reconciler", "processor", "worker_of"]


T = TypeVar("T")


class ProcessorStore(JobStore, ReadStore, Protocol):
    """All of the store that a processor uses."""

    async def transact(self, work: Work[T]) -> T:
        """Run any code in a transaction of its own."""
        ...

    @property
    def spool(self) -> Spool:
        """Where the store's messages come from."""
        ...


def _mender_itself(mender: Mends) -> Mends:
    return mender


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """How outcomes are read, what follows from them, whose shares are whose, what is done about a difference, and by
    whom: the protocol's own, or another one."""

    decide: Decide = decide
    classify: Classify = classify
    sort_out: SortOut = sort_out
    remedy_of: RemedyOf = remedy_of
    mender: WrapMender = _mender_itself


def deadlines_of(command: CommandSettings) -> Deadlines:
    """The settings' phases as the connector takes them."""
    return Deadlines(connect=command.connect, login=command.login, channel=command.channel, command=command.command)


@asynccontextmanager
async def processor(
    settings: PipelineSettings,
    *,
    store: ProcessorStore,
    spool: Spool,
    connectors: Mapping[str, Connector],
    clock: Clock,
    holder: str,
    table: Table | None = None,
    on_retry_refused: Callable[[str], None] = lambda cluster: None,
) -> AsyncIterator[Dispatcher]:
    """Work on all records of the locations in `connectors`. On leaving: take nothing more, finish, give back.

    holder: unique to this processor among all that share the store. on_retry_refused: as in `Cluster`.
    """
    table = table or Table()
    clusters = {
        name: _cluster(
            name, connector, settings, table=table, store=store, clock=clock, on_retry_refused=on_retry_refused
        )
        for name, connector in connectors.items()
    }
    marks = Marks(owner=settings.processor.owner, store=store.identity)
    dispatcher = Dispatcher(
        jobs=store,
        spool=spool,
        clusters=clusters,
        worker=worker_of(settings, table, clock, marks),
        settings=settings.processor,
        holder=holder,
    )
    sweepers = _sweepers(clusters, settings, store, table, clock)
    turns = {f"sweeper of {name}": sweeper.turn for name, sweeper in sweepers.items()}
    if settings.reconciler.every is not None:
        turns["reconciler"] = reconciler_of(sweepers, settings, store, table, clock).turn
    stop = asyncio.Event()
    failure: Exception | None = None
    async with asyncio.TaskGroup() as group:
        sweeping = [
            group.create_task(keep_on(name, turn, pause=settings.sweeper.every)) for name, turn in turns.items()
        ]
        group.create_task(dispatcher.run(stop))
        try:
            yield dispatcher
        except Exception as error:  # noqa: BLE001 - raised below: inside, the group would wrap it
            failure = error
        finally:
            stop.set()
            for task in sweeping:
                task.cancel()
    if failure is not None:
        raise failure


def one_reconciler(
    settings: PipelineSettings,
    *,
    store: ProcessorStore,
    connectors: Mapping[str, Connector],
    clock: Clock,
    table: Table | None = None,
) -> Reconciler:
    """A reconciler without a processor, for whoever calls it once."""
    table = table or Table()
    clusters = {
        name: _cluster(name, connector, settings, table=table, store=store, clock=clock)
        for name, connector in connectors.items()
    }
    return reconciler_of(_sweepers(clusters, settings, store, table, clock), settings, store, table, clock)


def reconciler_of(
    sweepers: Mapping[str, Sweeper], settings: PipelineSettings, store: ProcessorStore, table: Table, clock: Clock
) -> Reconciler:
    """Who holds store, spool and clusters against each other, by these settings."""
    mender = Mender(store=store, sweepers=sweepers, settings=settings.reconciler)
    return Reconciler(
        store=store,
        sweepers=sweepers,
        mender=table.mender(mender),
        settings=settings.reconciler,
        clock=clock,
        remedy_of=table.remedy_of,
        brokered=settings.spool is not None,
    )


def worker_of(settings: PipelineSettings, table: Table, clock: Clock, marks: Marks) -> Worker:
    """Who carries out one claim, by these settings."""
    return Worker(
        decide=table.decide,
        classify=table.classify,
        rules=Rules(
            marks=marks,
            attempts=settings.retry.attempts,
            skew=settings.command.skew,
            whole=settings.command.whole,
        ),
        retry=settings.retry,
        clock=clock,
        seed=settings.processor.seed,
    )


def _sweepers(
    clusters: Mapping[str, Cluster], settings: PipelineSettings, store: ProcessorStore, table: Table, clock: Clock
) -> Mapping[str, Sweeper]:
    marks = Marks(owner=settings.processor.owner, store=store.identity)
    return {
        name: Sweeper(
            cluster=cluster,
            jobs=store,
            reads=store,
            marks=marks,
            sort_out=table.sort_out,
            settings=settings.sweeper,
            retry=settings.retry,
            clock=clock,
        )
        for name, cluster in clusters.items()
    }


def _cluster(
    name: str,
    connector: Connector,
    settings: PipelineSettings,
    *,
    table: Table,
    store: ProcessorStore,
    clock: Clock,
    on_retry_refused: Callable[[str], None] = lambda cluster: None,
) -> Cluster:
    return Cluster(
        name=name,
        connector=connector,
        deadlines=deadlines_of(settings.command),
        width=min(settings.processor.workers, settings.command.connections * settings.command.sessions),
        breaker=settings.breaker,
        retry=settings.retry,
        seed=settings.processor.seed,
        log=store,
        clock=clock,
        classify=table.classify,
        on_retry_refused=on_retry_refused,
    )
