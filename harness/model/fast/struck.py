"""The shares that a fault may strike: the pipeline's own code works on them, beside the calm ones on the same clusters.

The cluster's own model serves their commands and applies the faults; processor, connector and store are the pipeline's.
So is the sweeper, where a fault may strike a list.
What both kinds share is the fast path's: claims and room in hand, the slots, places and queue of each cluster.
"""

import asyncio
import sys
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from math import inf

from connector.codes import Code
from connector.operations import Verb
from connector.outcomes import Unknown
from fake_clusters.faults.injections import InjectionLog
from fake_clusters.faults.injector import FaultInjector
from fake_clusters.faults.rule import FaultRule
from fake_clusters.model import ClusterModel
from fake_clusters.server.dialects import dialect_named
from fake_clusters.spec import ClusterSpec
from harness.collect.clock import RunClock
from harness.collect.cluster_log import effect_row
from harness.model.fast.eligible import NotEligible
from harness.model.fast.environment_loop import EnvironmentLoop
from harness.model.fast.parts import Parts, width_of
from harness.model.fast.records import Records
from harness.model.fast.share import FastCluster, Share
from harness.model.fast.shared_cluster import SharedPlaces, SharedSlots, SharedStation
from harness.model.fast.struck_rows import Shown, StruckRows, lives, shown
from harness.service.reference import (
    AttemptRow,
    Cluster,
    LeasedClaim,
    MemoryTables,
    Message,
    ShareState,
    Sweeper,
    Table,
    changes_of,
    commands_of,
    deadlines_of,
    holding,
    memory_store,
    worker_of,
)
from harness.virtual.direct.connector import DirectConnector
from harness.virtual.direct.front import DirectFront
from harness.virtual.partitions import Partitions
from reports.history import Hop, Injection, NemesisAction

__all__ = ["StruckShares"]

_HOLDER = "processor-1"
_ALL = sys.maxsize


class StruckShares:
    """All of a run. Close it when its rows have been read."""

    def __init__(
        self, parts: Parts, specs: Iterable[ClusterSpec], rules: Iterable[FaultRule], records: Records, seed: int
    ) -> None:
        processor = parts.settings.processor.model_copy(update={"seed": seed})
        self._settings = parts.settings.model_copy(update={"processor": processor})
        self._loop = EnvironmentLoop(parts.env)
        self.shares: list[Share] = []
        self._models: dict[str, ClusterModel] = {}
        self._log = InjectionLog()
        self._is_closing = False
        self._begun: set[int] = set()
        self._ids: dict[int, str] = {}
        self._injectors: list[FaultInjector] = []
        self._parts = parts
        self._records = records
        self._seed = seed
        self._lease = processor.lease
        self._tables = MemoryTables(self._clock)
        self._store = memory_store(self._clock, identity=records.marks.store, tables=self._tables)
        self._worker = worker_of(self._settings, Table(), self._clock, records.marks)
        self._clusters: dict[str, Cluster] = {}
        self._connectors = AsyncExitStack()
        self._loop.complete(self._open(tuple(specs), tuple(rules)))
        self._sweepers = {name: self._sweeper(cluster) for name, cluster in self._clusters.items()}
        parts.upkeep.ask, parts.upkeep.sweep = self._learn, self._sweep

    def _clock(self) -> float:
        return self._parts.env._now

    async def _open(self, specs: tuple[ClusterSpec, ...], rules: tuple[FaultRule, ...]) -> None:
        for spec in specs:
            shared = self._parts.clusters[spec.name]
            model = self._models[spec.name] = self._model(spec, shared, rules)
            command = self._settings.command
            front = DirectFront(model, Partitions(), seed=self._seed)
            connector = DirectConnector(front, connections=command.connections, sessions=command.sessions)
            self._clusters[spec.name] = Cluster(
                name=spec.name,
                connector=await self._connectors.enter_async_context(connector),
                deadlines=deadlines_of(command),
                width=width_of(self._settings),
                breaker=self._settings.breaker,
                retry=self._settings.retry,
                seed=self._seed,
                log=self._store,
                clock=self._clock,
                slots=SharedSlots(shared, self._parts.commands, self._loop),
            )

    def _model(self, spec: ClusterSpec, shared: FastCluster, rules: tuple[FaultRule, ...]) -> ClusterModel:
        injector = FaultInjector(spec.name, rules, seed=self._seed, log=self._log)
        self._injectors.append(injector)
        return ClusterModel(
            self._parts.env,
            spec,
            seed=self._seed,
            wall=self._clock,
            injector=injector,
            carries=dialect_named(spec.dialect).capabilities,
            station=partial(SharedStation, SharedPlaces(shared, self._parts.calm, self._parts.commands)),
        )

    def _sweeper(self, cluster: Cluster) -> Sweeper:
        return Sweeper(
            cluster=cluster,
            jobs=self._store,
            reads=self._store,
            marks=self._records.marks,
            settings=self._settings.sweeper,
            retry=self._settings.retry,
            clock=self._clock,
        )

    # --- work ---------------------------------------------------------------------------------------------------

    def accept(self, share: Share) -> None:
        """Write its record, in the order of arrivals."""
        asked, tables = self._records.asked(share), self._tables
        self.shares.append(share)
        self._ids[share.number] = asked.id
        tables.skip_to_row(share.number)
        tables.now = share.accepted
        tables.insert_created([asked], None)

    def work(self, share: Share) -> None:
        """Work on it, for the first time or again; there is room for it."""
        self._parts.tally.retries += share.number in self._begun
        self._begun.add(share.number)
        task = self._loop.create_task(self._work(share))
        task.add_done_callback(lambda ended: self._ended(share, ended))
        self._loop.drain()

    async def _work(self, share: Share) -> None:
        """As the dispatcher does it."""
        message = Message(number=share.number, share=self._ids[share.number], generation=1)
        claim = await self._store.claim(message, owner=_HOLDER, lease=self._lease)
        assert claim is not None, "nobody else claims it"
        async with holding(LeasedClaim(self._store, claim, lease=self._lease)) as held:
            await self._worker.work(held, self._clusters[share.cluster.name])

    def _ended(self, share: Share, task: asyncio.Task[None]) -> None:
        if task.cancelled() or self._is_closing:
            return
        error = task.exception()
        if isinstance(error, BaseExceptionGroup) and error.subgroup(NotEligible):
            raise NotEligible(f"share {share.number} met what the fast path cannot tell") from error
        if error is not None:
            raise error
        record, tally = self._tables.load(share.number), self._parts.tally
        if record is None:
            tally.removed += 1
        elif record.state is ShareState.ACTIVE:
            tally.after.append(self._clock() - share.asked)
        else:
            self._parts.claims.later(share, record.due_at)
        self._parts.claims.let_go(share)

    # --- the end ------------------------------------------------------------------------------------------------

    def heal(self) -> None:
        """No fault strikes any more."""
        for injector in self._injectors:
            injector.clear()

    @property
    def is_idle(self) -> bool:
        """Whether none of their commands is in service or waits for a place."""
        return not any(model.gauges["in_service"] for model in self._models.values())

    def shown(self) -> Shown:
        """What each side shows of them now."""
        return shown(self._tables.records(None, None, 0, -1), self._models)

    @property
    def _attempts(self) -> Sequence[AttemptRow]:
        return self._tables.attempts(0, _ALL)

    @property
    def injections(self) -> Sequence[Injection]:
        return self._log.rows()

    @property
    def unclear(self) -> Iterable[float]:
        """The deadlines of commands whose end is not known."""
        return (row.deadline for row in self._attempts if row.outcome is None or isinstance(row.outcome, Unknown))

    def rows(self, rested: float, at_rest: Shown, nemesis: tuple[NemesisAction, ...]) -> StruckRows:
        """Their rows, now that all is over. rested, at_rest: when all was at rest, and what was shown then.

        Raises `NotEligible` where a share was on a cluster after its record had gone: sweeps would have looked at it.
        """
        events = self._tables.events(0, _ALL)
        told = tuple(lives(self.shares, events, lambda share: self._ids[share.number]))
        effects = tuple(effect_row(name, row) for name, model in self._models.items() for row in model.effects())
        gone = {(life.share.cluster.name, life.name): life.ended for life in told if life.state is None}
        if any(row.at >= (gone.get((row.cluster, row.name)) or inf) for row in effects):
            raise NotEligible("a late effect came after its record had been removed")
        written = [row for row in self._attempts if row.share or self._parts.tally.every == 1]
        clock = RunClock(clock=self._clock, began=0.0)
        return StruckRows(
            rested=rested,
            at_rest=at_rest,
            at_end=self.shown(),
            lives=told,
            attempts=tuple(commands_of(written, clock, hop=Hop.PROCESSOR)),
            changes=tuple(changes_of(events, clock)),
            effects=effects,
            injections=self.injections,
            nemesis=nemesis,
        )

    def finish(self) -> None:
        """Write into the tally, once, what was counted apart from it."""
        tally = self._parts.tally
        for row in self._attempts:
            tally.commands[row.verb] += 1
            tally.timeouts += isinstance(row.outcome, Unknown) and row.outcome.code is Code.TIMEOUT
        tally.failing += sum(row.after is ShareState.FAILING for row in self._tables.events(0, _ALL))
        tally.late_effects += sum(row.late for model in self._models.values() for row in model.effects())

    def close(self) -> None:
        """End their commands and connections; what is under way comes to no end."""
        self._is_closing = True
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.drain()
        self._loop.complete(self._connectors.aclose())
        self._loop.close()

    def _sweep(self, cluster: FastCluster, unswept: int) -> None:
        """One whose list a fault may strike. unswept: how many in a row could not list the cluster."""
        name, upkeep = cluster.name, self._parts.upkeep
        model, sweeper = self._models[name], self._sweepers[name]
        model.count_elsewhere(Verb.LIST, cluster.lists - model.count_of(Verb.LIST))
        sweeper.unswept = unswept

        def swept(ended: object) -> None:
            if not self._is_closing:
                task.result()
                cluster.lists_sent(model.count_of(Verb.LIST))
                upkeep.swept(cluster, sweeper.unswept)

        task = self._loop.create_task(sweeper.sweep())
        task.add_done_callback(swept)
        self._loop.drain()

    def _learn(self, cluster: FastCluster) -> None:
        task = self._loop.create_task(self._clusters[cluster.name].learn())

        def learnt(ended: object) -> None:
            if self._is_closing:
                return
            if task.result() is not None:
                raise NotEligible(f"{cluster.name} did not say what it can do")
            self._parts.upkeep.known(cluster)

        task.add_done_callback(learnt)
        self._loop.drain()
