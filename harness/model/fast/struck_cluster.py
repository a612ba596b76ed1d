"""A cluster that the fast path and the pipeline's own code command together, as the pipeline knows it."""

import asyncio
from collections import deque
from functools import partial
from typing import Any

from connector.clock import Clock
from connector.operations import CapabilitiesReply, Request
from connector.outcomes import Done, Outcome
from connector.protocol import Connector, Deadlines
from connector.values import replace
from fake_clusters.calls import Injector
from fake_clusters.model import ClusterModel
from fake_clusters.server.dialects import dialect_named
from fake_clusters.service import ServiceStation
from fake_clusters.spec import ClusterSpec
from fake_clusters.ticket import Job
from harness.model.environment import FastEnvironment
from harness.model.fast.foreseen import ForeseenCommands
from harness.model.fast.parts import Parts, width_of
from harness.model.fast.share import FastCluster
from harness.service.reference import Cluster, Store, Sweeper, deadlines_of
from harness.virtual.direct.connector import DirectConnector
from harness.virtual.direct.front import DirectFront
from harness.virtual.partitions import Partitions

__all__ = ["StruckCluster"]


class StruckCluster:
    """connector: into its model; close it. resumed: what the pipeline calls in its place."""

    def __init__(
        self,
        shared: FastCluster,
        spec: ClusterSpec,
        injector: Injector,
        parts: Parts,
        *,
        store: Store,
        clock: Clock,
        seed: int,
    ) -> None:
        settings, deadlines = parts.settings, deadlines_of(parts.settings.command)
        dialect = dialect_named(spec.dialect)
        self.model = ClusterModel(
            parts.env,
            replace(spec, profile=shared.profile),
            seed=seed,
            wall=clock,
            injector=injector,
            carries=dialect.capabilities,
            station=partial(_Station, shared, parts.calm, deadlines.command),
        )
        self.connector = DirectConnector(
            DirectFront(self.model, Partitions(), seed=seed),
            connections=settings.command.connections,
            sessions=settings.command.sessions,
        )
        self.resumed, self.slots = _Resumed(self.connector), _Slots(shared)
        self.cluster = Cluster(
            name=shared.name,
            connector=self.resumed,
            deadlines=deadlines,
            width=width_of(settings),
            breaker=settings.breaker,
            retry=settings.retry,
            seed=seed,
            log=store,
            clock=clock,
            slots=self.slots,
        )
        can_do, marks = self.model.capabilities, dialect.marks_half_made
        self.cluster.heard(Done(reply=CapabilitiesReply(capabilities=can_do, marks_half_made=marks)))
        self.sweeper = Sweeper(
            cluster=self.cluster,
            jobs=store,
            reads=store,
            marks=parts.records.marks,
            settings=settings.sweeper,
            retry=settings.retry,
            clock=clock,
        )


class _Resumed:
    """Its connector, before which comes the answer to a create that was played as a calm one. asked: that create."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self.answer: asyncio.Future[Outcome] | None = None
        self.asked: Request | None = None

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        if self.answer is None:
            return await self._connector.perform(request, deadlines)
        answer, self.answer, self.asked = self.answer, None, request
        return await answer


class _Station(ServiceStation):
    """The station of a cluster's model, served in the fast path's places and in their order.

    patience: seconds after which a command is given up, and a hung one leaves its place.
    """

    def __init__(
        self,
        shared: FastCluster,
        calm: ForeseenCommands,
        patience: float,
        env: FastEnvironment,
        *args: Any,
        **options: Any,
    ) -> None:
        super().__init__(env, *args, **{**options, "places": 0})
        self._call_at = env.call_at
        self._shared = shared
        self._calm = calm
        self._patience = patience

    def _enter(self, job: Job) -> None:
        shared, now = self._shared, float(self._env.now)
        starts = self._calm.starts(shared)
        ends = starts + shared.with_phases(job.plan.service, starts)
        shared.occupy(max(ends, now + self._patience) if job.plan.hang else ends)
        if starts > now:
            self._call_at(starts, lambda _: self._start(job, at_once=False))
        else:
            self._start(job, at_once=True)

    def _fill(self) -> None:
        """Who gets a place is known beforehand."""


class _Slots:
    """The slots of one cluster, as an asynchronous context: one is held inside."""

    def __init__(self, shared: FastCluster) -> None:
        self._shared = shared
        self._loop = asyncio.get_running_loop()
        self._granted: deque[asyncio.Future[None]] = deque()

    def grant(self, *turns: "asyncio.Future[None]") -> None:
        """A slot that is held is entered in these turns, each as soon as it is done, and freed after the last."""
        self._granted.extend(turns)

    async def __aenter__(self) -> None:
        if self._granted:
            await self._granted.popleft()
            return
        held: asyncio.Future[None] = self._loop.create_future()

        def taken() -> None:
            if held.cancelled():
                self._shared.free_slot()
            else:
                held.set_result(None)

        self._shared.in_slot(taken)
        await held

    async def __aexit__(self, *raised: object) -> None:
        if self._granted:
            return
        if self._shared.waiting:  # whoever has it next may start a task, which a task cannot wait for
            self._loop.call_soon(self._shared.free_slot)
        else:
            self._shared.free_slot()
