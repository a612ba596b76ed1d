"""The shares that a fault may strike, or whose deadlines run out: the pipeline's own code works on them.

They are beside the calm ones on the same clusters. The cluster's own model serves their commands and applies the
faults; processor, connector and store are the pipeline's. So is the sweeper, where a fault may strike a list.
What both kinds share is the fast path's: claims and room in hand, the slots and places of each cluster.
"""

import asyncio
import sys
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from math import inf

from connector.codes import Code
from connector.operations import Create, DoneReply, Verb
from connector.outcomes import Done, Unknown
from fake_clusters.calls import NO_FAULTS
from fake_clusters.faults.injections import InjectionLog
from fake_clusters.faults.injector import FaultInjector
from fake_clusters.model import ClusterModel
from harness.collect.clock import RunClock
from harness.collect.cluster_log import effect_row, seen_on_cluster
from harness.model.fast.eligible import NotEligible
from harness.model.fast.environment_loop import EnvironmentLoop
from harness.model.fast.lives import OnClusters, RecordedShare, lives
from harness.model.fast.parts import Parts
from harness.model.fast.share import FastCluster, Share
from harness.model.fast.struck_cluster import StruckCluster
from harness.scenario.scenario import Scenario
from harness.service.reference import (
    AttemptRow,
    LeasedClaim,
    MemoryTables,
    Message,
    ShareState,
    Table,
    changes_of,
    commands_of,
    holding,
    memory_store,
    worker_of,
)
from reports.history import History, Hop

__all__ = ["StruckShares"]

_HOLDER = "processor-1"
_ALL = sys.maxsize


class StruckShares:
    """All of a run. Close it when its rows have been read. Nothing is made of a cluster that none of them concerns."""

    def __init__(self, parts: Parts, scenario: Scenario, *, seed: int) -> None:
        processor = parts.settings.processor.model_copy(update={"seed": seed})
        self._settings = parts.settings.model_copy(update={"processor": processor})
        self._loop = EnvironmentLoop(parts.env)
        self.shares: dict[str, Share] = {}
        self._specs = {spec.name: spec for spec in scenario.clusters}
        self._rules = scenario.faults
        self.injections = InjectionLog()
        self._is_closing = False
        self._ids: dict[int, str] = {}
        self._parts = parts
        self._seed = seed
        self._then: float | None = None
        self._tables = MemoryTables(self._clock)
        self._store = memory_store(self._clock, identity=parts.records.marks.store, tables=self._tables)
        self._worker = worker_of(self._settings, Table(), self._clock, parts.records.marks)
        self._sides: dict[str, StruckCluster] = {}
        self._closing = AsyncExitStack()
        parts.claims.accept = self.accept
        parts.creates.work, parts.creates.resume, parts.upkeep.sweep = self.work, self.resume, self._sweep
        if self._rules:
            parts.claims.most_full = len(self._specs) - 1

    def _clock(self) -> float:
        return self._parts.env._now if self._then is None else self._then

    def _side(self, shared: FastCluster) -> StruckCluster:
        found = self._sides.get(shared.name)
        if found is None:
            found = self._sides[shared.name] = self._loop.complete(self._open(shared))
        return found

    async def _open(self, shared: FastCluster) -> StruckCluster:
        injector = FaultInjector(shared.name, self._rules, seed=self._seed, log=self.injections)
        spec = self._specs[shared.name]
        opened = StruckCluster(
            shared, spec, injector, self._parts, store=self._store, clock=self._clock, seed=self._seed
        )
        self._closing.push_async_exit(opened.connector)
        return opened

    # --- work ---------------------------------------------------------------------------------------------------

    def accept(self, share: Share) -> None:
        """Write its record, as it is taken up or as it turns out that its deadlines matter."""
        asked, tables = self._parts.records.asked(share), self._tables
        share.is_struck = True
        self._parts.tally.watched.pop(share.number, None)
        self.shares[asked.id] = share
        self._ids[share.number] = asked.id
        tables.next_row(share.number)
        tables.now = share.accepted
        tables.insert_created([asked], None)

    def work(self, share: Share) -> None:
        """Work on it, for the first time or again; there is room for it."""
        if not share.is_struck:
            self.accept(share)
        task = self._loop.create_task(self._work(share, self._side(share.cluster)))
        task.add_done_callback(lambda ended: self._ended(share, ended))
        self._loop.drain()

    def resume(self, share: Share) -> None:
        """Work on one whose create was played as a calm one, from its show on; its slot is held."""
        side, created = self._side(share.cluster), share.create_ended
        self._loop.drain()  # who waits for a slot has it before
        begun, answer, shown = (self._loop.create_future() for _ in range(3))
        begun.set_result(None)
        side.resumed.answer = answer
        side.slots.grant(begun, shown)
        self._then = share.began
        self.work(share)
        create = side.resumed.asked
        assert isinstance(create, Create)
        self._then = created
        side.model.carried_out_elsewhere(create, created)
        answer.set_result(Done(reply=DoneReply()))
        self._loop.drain()
        self._then = None
        shown.set_result(None)
        self._loop.drain()

    async def _work(self, share: Share, side: StruckCluster) -> None:
        """As the dispatcher does it."""
        message = Message(number=share.number, share=self._ids[share.number], generation=1)
        lease = self._settings.processor.lease
        claim = await self._store.claim(message, owner=_HOLDER, lease=lease)
        assert claim is not None, "nobody else claims it"
        self._parts.tally.retries += claim.record.fence > 1
        async with holding(LeasedClaim(self._store, claim, lease=lease)) as held:
            await self._worker.work(held, side.cluster)

    def _ended(self, share: Share, task: asyncio.Task[None]) -> None:
        if task.cancelled() or self._is_closing:
            return
        task.result()
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
        for side in self._sides.values():
            side.model.set_injector(NO_FAULTS)

    @property
    def _models(self) -> list[ClusterModel]:
        return [side.model for side in self._sides.values()]

    @property
    def is_idle(self) -> bool:
        """Whether none of their commands is in service or waits for a place."""
        return not any(model.gauges["in_service"] for model in self._models)

    def on_clusters(self) -> OnClusters:
        """What is there of them now."""
        return {
            model.spec.name: [seen_on_cluster(model.spec.name, view) for view in model.shares] for model in self._models
        }

    @property
    def _attempts(self) -> Sequence[AttemptRow]:
        return self._tables.attempts(0, _ALL)

    @property
    def unclear(self) -> Iterable[float]:
        """The deadlines of commands whose end is not known."""
        return (row.deadline for row in self._attempts if row.outcome is None or isinstance(row.outcome, Unknown))

    def told(self) -> tuple[Sequence[RecordedShare], History]:
        """Their lives, and all rows but those of clients and readings, now that all is over.

        Raises `NotEligible` where a share was on a cluster after its record had gone: sweeps would have looked at it.
        """
        events = self._tables.events(0, _ALL)
        told = list(lives(self.shares, events))
        effects = tuple(effect_row(model.spec.name, row) for model in self._models for row in model.effects())
        gone = {(life.share.cluster.name, life.name): life.ended for life in told if life.moves[-1][1] is None}
        if any(row.at >= (gone.get((row.cluster, row.name)) or inf) for row in effects):
            raise NotEligible("a late effect came after its record had been removed")
        written = [row for row in self._attempts if row.share or self._parts.tally.every == 1]
        clock = RunClock(clock=self._clock, began=0.0)
        return told, History(
            attempts=tuple(commands_of(written, clock, hop=Hop.PROCESSOR)),
            changes=tuple(changes_of(events, clock)),
            effects=effects,
            injections=tuple(self.injections.rows()),
        )

    def finish(self) -> None:
        """Write into the tally, once, what was counted apart from it."""
        tally = self._parts.tally
        for row in self._attempts:
            tally.commands[row.verb] += 1
            tally.timeouts += isinstance(row.outcome, Unknown) and row.outcome.code is Code.TIMEOUT
        tally.failing += sum(row.after is ShareState.FAILING for row in self._tables.events(0, _ALL))

    def close(self) -> None:
        """End their commands and connections; what is under way comes to no end."""
        self._is_closing = True
        for cluster in self._parts.clusters.values():
            cluster.waiting.clear()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.drain()
        self._loop.complete(self._closing.aclose())
        self._loop.close()

    def _sweep(self, cluster: FastCluster) -> None:
        """One whose list a fault may strike."""
        side = self._side(cluster)
        model, sweeper = side.model, side.sweeper
        model.count_elsewhere(Verb.LIST, cluster.lists - model.count_of(Verb.LIST))
        sweeper.unswept = cluster.unswept

        def swept(ended: object) -> None:
            if not self._is_closing:
                task.result()
                cluster.lists = model.count_of(Verb.LIST)
                self._parts.upkeep.swept(cluster, sweeper.unswept)

        task = self._loop.create_task(sweeper.sweep())
        task.add_done_callback(swept)
        self._loop.drain()
