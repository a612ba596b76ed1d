"""One run of the twin, in the stages of every world: load and nemesis, heal, quiesce, final reads, collection."""

from collections.abc import Iterable, Iterator, Sequence

from simpy import Event

from harness.attribution import attribute
from harness.collect.assemble import in_order
from harness.model.environment import FastEnvironment
from harness.model.pace import Pace
from harness.model.twin.clients import Clients
from harness.model.twin.clusters import TwinClusters
from harness.model.twin.nemesis import Nemesis
from harness.model.twin.pipeline import build
from harness.nemesis.nemesis import NemesisLog
from harness.run.fence import QUIET, fence_ends
from harness.run.hops import commander_of, limits_of
from harness.run.progress import Stage
from harness.run.result import RunResult
from harness.run.spans import spans
from harness.run.unsupported import (
    deliveries_without_spool,
    skipped_arrivals,
    unsupported_deliveries,
    unsupported_steps,
    unsupported_toxics,
)
from harness.scenario.nemesis import retarget
from harness.scenario.scenario import Scenario
from harness.workload.arrivals import Arrival, drawn
from harness.workload.recorder import Recorder
from harness.world_name import WorldName
from pipeline.states import ShareState
from reports.history import Attempt, Effect, History, Injection, OpResult, Reading, Sample

__all__ = ["Course"]

_LOOK = 0.1
_SLICES = 100
_AT_ONCE = 500
"""Arrivals in a slice, about: so many take seconds at most."""
_EVERY = 0.25
"""Seconds between two samples."""


class Course:
    """One run. Everything happens within `run`; the load begins at the environment's 0."""

    def __init__(self, scenario: Scenario, *, seed: int, pace: Pace) -> None:
        self._scenario = scenario
        self._seed = seed
        self._pace = pace
        self._env = env = FastEnvironment()
        self._recorder = Recorder(lambda: env.now)
        self._log = NemesisLog(lambda: env.now)
        self._clusters = TwinClusters(env, scenario.clusters, scenario.faults, scenario.pipeline.command, seed=seed)
        self._pipeline = build(env, scenario.pipeline, self._clusters, seed=seed)
        self._clients = Clients(env, self._pipeline.gateway, self._recorder, scenario.client, seed=seed)
        self._samples: list[Sample] = []

    def run(self) -> RunResult:
        """Play it all; what is returned is not yet judged."""
        readings = [*self._read(0)]
        self._sample(None)
        nemesis = Nemesis(self._env, self._log, self._pipeline.parts, self._clusters)
        steps = retarget(self._scenario.nemesis, has_processor="processor" in self._pipeline.parts)
        beyond = unsupported_steps(steps, nemesis.kinds, has_failpoints=False, world=WorldName.MODEL)
        disturbing = nemesis.disturb([step for step in steps if step not in beyond])
        self._load()
        load_ends = self._env.now
        self._heal(nemesis, disturbing)
        self._quiesce()
        self._clients.abandon()
        readings += self._read(1)
        self._fence(readings)
        readings += self._read(2)
        self._pace.enter(Stage.COLLECT)
        return self._played(readings, load_ends, beyond.values())

    def _load(self) -> None:
        scenario = self._scenario
        names = [cluster.name for cluster in scenario.clusters]
        arrivals = drawn(scenario.workload, seed=self._seed, phases=scenario.phases, clusters=names)
        self._env.feed(_waited_for(arrivals), self._clients.arrive)
        self._until(scenario.workload.duration, Stage.LOAD)

    def _played(self, readings: Sequence[Reading], load_ends: float, beyond: Iterable[str]) -> RunResult:
        scenario = self._scenario
        return RunResult(
            history=attribute(self._history(readings)),
            began=0.0,
            load_ends=load_ends,
            ends=self._env.now,
            interrupted=self._pace.stopped,
            phases=spans(scenario, self._log.actions, load_ends),
            clusters=self._clusters.notes(),
            limits=limits_of(scenario),
            skipped=(
                *beyond,
                *unsupported_deliveries(scenario, WorldName.MODEL),
                *unsupported_toxics(scenario, (), WorldName.MODEL),
            ),
            notes=(*deliveries_without_spool(scenario), *skipped_arrivals(self._clients.skipped)),
        )

    def _until(self, instant: float, stage: Stage) -> None:
        """Run up to an instant, unless told to stop; a small part of the way at a time, so that progress shows and
        a stop is heard."""
        begins = max(0.0, self._env.now)
        self._pace.enter(stage, of=instant - begins)
        slices = max(_SLICES, round(self._scenario.workload.rate * (instant - begins) / _AT_ONCE))
        for step in range(1, slices + 1):
            reached = begins + (instant - begins) * step / slices if step < slices else instant
            if reached > self._env.now:
                self._env.run(until=reached)
            if self._pace.tell(reached - begins, len(self._recorder.ops)):
                return

    def _heal(self, nemesis: Nemesis, disturbing: Event) -> None:
        self._pace.enter(Stage.HEAL)
        if self._pace.stopped:
            self._env.drop_feed()
        self._log.note("heal", "all", "no more faults; what is down comes back")
        nemesis.heal()
        self._clusters.heal()
        self._env.run(until=disturbing)
        for name in self._clusters.models:
            self._env.run(until=self._env.process(self._clusters.until_open(name)))
        self._log.note("healed", "all")

    def _quiesce(self) -> None:
        """Until nothing is under way anywhere, for at most the time to settle."""
        settle = self._scenario.settle
        self._pace.enter(Stage.QUIESCE, of=settle)
        began = self._env.now
        while self._env.now < began + settle:
            if self._clients.under_way == 0 and self._clusters.are_idle() and self._at_rest():
                self._log.note("quiesce", "all", "at rest")
                return
            self._env.run(until=self._env.now + _LOOK)
            if self._pace.tell(self._env.now - began, len(self._recorder.ops)):
                return
        self._log.note("quiesce", "all", f"not at rest after {settle:g} s")

    def _at_rest(self) -> bool:
        records = self._pipeline.records
        return not records.messages and records.counts[ShareState.ACTIVE] == len(records)

    def _fence(self, readings: Sequence[Reading]) -> None:
        unclear = [row.deadline or 0.0 for row in self._pipeline.records.log.attempts if row.result is OpResult.INFO]
        now, due = self._env.now, self._clusters.last_effect_due()
        until = fence_ends(self._scenario, readings, now=now, effects_due=due, deadlines=unclear)
        if not self._pace.stopped and until > self._env.now:
            self._until(until, Stage.FENCE)

    def _read(self, round: int) -> Iterator[Reading]:
        yield from self._clusters.read(round, left_open=self._clusters.left_open(seconds=QUIET))
        shares = self._pipeline.records.seen()
        yield Reading(number=0, at=self._env.now, side="api", round=round, shares=shares)

    def _sample(self, argument: object) -> None:
        now, records = self._env.now, self._pipeline.records
        counts = {"queue": len(records.messages), **{state.value: records.counts[state] for state in ShareState}}
        self._samples += [Sample(at=now, metric=name, value=float(value)) for name, value in counts.items()]
        self._samples += self._clusters.samples()
        self._env.call_in(_EVERY, self._sample)

    def _history(self, readings: Sequence[Reading]) -> History:
        commands: Sequence[Attempt] = self._pipeline.records.log.attempts
        effects: Iterator[Effect] = self._clusters.effects()
        injections: Iterator[Injection] = self._clusters.injections()
        commander = commander_of(self._scenario.pipeline.design)
        assert all(row.hop is commander for row in commands)
        return History(
            ops=self._recorder.ops,
            attempts=in_order((*self._recorder.attempts, *commands)),
            changes=tuple(self._pipeline.records.log.changes),
            effects=in_order(effects),
            injections=in_order(injections),
            nemesis=self._log.actions,
            readings=in_order(readings),
            samples=tuple(self._samples),
        )


def _waited_for(arrivals: Iterable[Arrival]) -> Iterator[tuple[float, Arrival]]:
    """Each when a load comes to it that waits from one arrival to the next: a sum, and so rounded."""
    reached = 0.0
    for arrival in arrivals:
        reached += max(0.0, arrival.at - reached)
        yield reached, arrival
