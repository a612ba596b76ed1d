"""One run: load and nemesis, then heal, quiesce, final reads, collection. The same in every world."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import httpx

from connector.values import replace
from harness.attribution import attribute
from harness.collect.assemble import in_order
from harness.collect.clock import RunClock
from harness.collect.findings import read_findings
from harness.collect.internal_errors import InternalError, notes_of
from harness.collect.pipeline_log import CommandLog, read_changes
from harness.collect.readings import read_counts, read_records
from harness.collect.sampler import Sampler
from harness.errors import PartEnded, WorldError
from harness.http_client import HttpClient, OpenHttpClient, open_httpx
from harness.nemesis.nemesis import Nemesis, NemesisLog
from harness.nemesis.target import Failpoints, Target
from harness.patience import stopped_within
from harness.run.clusters import Clusters
from harness.run.ends import EndsWatch
from harness.run.fence import QUIET, fence_ends
from harness.run.hops import commander_of, limits_of
from harness.run.parts import Parts, RunningPart
from harness.run.progress import ProgressReporter, Stage
from harness.run.result import RunResult
from harness.run.spans import spans
from harness.run.spool_faults import SpoolFaults
from harness.run.unsupported import (
    deliveries_without_spool,
    skipped_arrivals,
    unsupported_deliveries,
    unsupported_steps,
    unsupported_toxics,
)
from harness.scenario.nemesis import retarget
from harness.scenario.scenario import Scenario
from harness.toxics.links import CLIENT_GATEWAY
from harness.toxics.relays import Relays, no_relays
from harness.toxics.switches import Switches
from harness.workload.arrivals import drawn
from harness.workload.client import open_client
from harness.workload.load import Load, open_load
from harness.workload.recorder import Recorder
from harness.world_name import WorldName
from reports.history import Attempt, History, OpResult, Reading, StateChange

__all__ = ["Run"]

_LOOK = 0.1
"""Seconds between two looks whether all is at rest."""
_UNRESTED = ("pending", "updating", "failing", "deleting", "queued")


@dataclass(slots=True, kw_only=True)
class Run:
    """One run. targets: what the nemesis can break. api: straight to the API, past the gateway.

    open_http: how the clients reach the gateway. relays: where the toxics are. sampled: keep metrics over time.
    internal_errors: what the parts have logged of that kind so far.
    failpoints: how a process is killed at a crash point. spool_faults: what is done to messages. None: not supported.
    stop: ends load and waiting; all else is still done.
    """

    scenario: Scenario
    world: WorldName
    seed: int
    clock: RunClock
    clusters: Clusters
    parts: Parts[RunningPart]
    targets: Mapping[str, Target]
    api: HttpClient
    reporter: ProgressReporter
    stop: asyncio.Event
    open_http: OpenHttpClient = open_httpx
    relays: Relays = field(default_factory=no_relays)
    sampled: bool = True
    failpoints: Failpoints | None = None
    spool_faults: SpoolFaults | None = None
    internal_errors: Callable[[], Iterable[InternalError]] = tuple
    recorder: Recorder = field(init=False)
    nemesis_log: NemesisLog = field(init=False)
    ends: EndsWatch = field(init=False)
    commands: CommandLog = field(init=False)
    skipped: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.recorder = Recorder(self.clock.now)
        self.nemesis_log = NemesisLog(self.clock.now)
        self.ends = EndsWatch(self.clock.now)
        self.commands = CommandLog(self.api, self.clock, hop=commander_of(self.scenario.pipeline.design))

    async def execute(self) -> RunResult:
        """Play it all; what is returned is not yet judged."""
        async with self.ends.watching(self.parts):
            history, load_ends = await self._play()
        history = attribute(replace(history, part_ends=self.ends.rows))
        return RunResult(
            history=history,
            began=self.clock.began,
            load_ends=load_ends,
            ends=self.clock.now(),
            interrupted=self.stop.is_set(),
            phases=spans(self.scenario, self.nemesis_log.actions, load_ends, self.ends.rows),
            clusters=self.clusters.notes(),
            limits=limits_of(self.scenario),
            skipped=tuple(self.skipped),
            notes=tuple(self.notes),
        )

    async def _play(self) -> tuple[History, float]:
        """The history, but for what is known at its end only; and when the load ended."""
        readings = [*await self._read(0)]
        sampler = Sampler(self.clock, (self._queue, self.clusters.look))
        async with asyncio.TaskGroup() as group:
            sampling = group.create_task(sampler.run()) if self.sampled else None
            reporting = group.create_task(self.reporter.run(lambda: len(self.recorder.ops)))
            load_ends = await self._disturbed_load(group)
            readings += await self._read(1)
            await self._fence(readings)
            readings += await self._read(2)
            if sampling is not None:
                await sampler.sample()
                sampling.cancel()
            reporting.cancel()
        self.reporter.enter(Stage.COLLECT)
        return replace(await self._collect(readings), samples=sampler.samples), load_ends

    async def _disturbed_load(self, group: asyncio.TaskGroup) -> float:
        """Load, nemesis, healing and rest; the clients live until there is rest. Returns when the load ended."""
        scenario, policy = self.scenario, self.scenario.client
        nemesis = Nemesis(self.targets, self.nemesis_log, self.clock.now, failpoints=self.failpoints)
        gateway = await self.relays.through_url(CLIENT_GATEWAY, self.parts.gateway_url)
        switches = Switches(self.relays.links, self.nemesis_log, self.clock.now)
        names = [cluster.name for cluster in scenario.clusters]
        arrivals = drawn(scenario.workload, seed=self.seed, phases=scenario.phases, clusters=names)
        async with (
            open_client(gateway, policy, self.recorder, seed=self.seed, open_http=self.open_http) as client,
            open_load(client, self.recorder, policy) as load,
        ):
            steps = retarget(scenario.nemesis, has_processor=self.parts.processor is not None)
            unsupported = unsupported_steps(
                steps,
                lambda name: self.targets[name].kinds,
                has_failpoints=self.failpoints is not None,
                world=self.world,
            )
            self.skipped += unsupported.values()
            disturbing = group.create_task(nemesis.disturb([step for step in steps if step not in unsupported]))
            switching = group.create_task(switches.disturb(scenario.toxics))
            await self.clock.until(0.0)
            if self.spool_faults is not None:
                self.spool_faults.begin(self.clock.now)
            self.reporter.enter(Stage.LOAD, of=scenario.workload.duration)
            await load.offer(arrivals, self.stop)
            await stopped_within(self.stop, scenario.workload.duration - self.clock.now())
            load_ends = self.clock.now()
            switches.heal()
            if self.spool_faults is not None:
                self.spool_faults.heal()
            await switching
            await self._heal(nemesis, disturbing)
            await self._quiesce(load)
        self.skipped += unsupported_toxics(scenario, self.relays.links, self.world)
        self.skipped += unsupported_deliveries(scenario, self.world) if self.spool_faults is None else ()
        self.notes += [*deliveries_without_spool(scenario), *skipped_arrivals(load.skipped)]
        return load_ends

    async def _heal(self, nemesis: Nemesis, disturbing: asyncio.Task[None]) -> None:
        self.reporter.enter(Stage.HEAL)
        self.nemesis_log.note("heal", "all", "no more faults; what is down comes back")
        nemesis.heal()
        self.clusters.lift_faults()
        await disturbing
        await self.clusters.until_open()
        for process in self.parts:
            if not process.running:
                await self._restart(process)
        self.nemesis_log.note("healed", "all")

    async def _restart(self, part: RunningPart) -> None:
        try:
            await part.start()
        except PartEnded:
            self.nemesis_log.note("restart-failed", part.part.value, "it ended before it was ready")
        else:
            self.nemesis_log.note("restart", part.part.value, "it had ended unplanned")

    async def _quiesce(self, load: Load) -> None:
        """Until nothing is under way anywhere, for at most the time to settle."""
        self.reporter.enter(Stage.QUIESCE, of=self.scenario.settle)
        deadline = self.clock.now() + self.scenario.settle
        while self.clock.now() < deadline:
            if load.under_way == 0 and self.clusters.idle() and await self._records_rest():
                self.nemesis_log.note("quiesce", "all", "at rest")
                return
            if await stopped_within(self.stop, _LOOK):
                return
        self.nemesis_log.note("quiesce", "all", f"not at rest after {self.scenario.settle:g} s")

    async def _records_rest(self) -> bool:
        counts = await read_counts(self.api)
        return counts is not None and not any(counts.get(state, 0) for state in _UNRESTED)

    async def _fence(self, readings: Sequence[Reading]) -> None:
        try:
            commands = await self.commands.read()
        except (httpx.HTTPError, WorldError):
            commands = ()
        now = self.clock.now()
        unclear = [command.deadline or 0.0 for command in commands if command.result is OpResult.INFO]
        due = self.clusters.last_effect_due()
        wait = fence_ends(self.scenario, readings, now=now, effects_due=due, deadlines=unclear) - now
        self.reporter.enter(Stage.FENCE, of=wait)
        await stopped_within(self.stop, wait)

    async def _read(self, round: int) -> Sequence[Reading]:
        """All sides, the clusters first: a share that the API removes in between is gone from them already."""
        left_open = await self.clusters.left_open(seconds=QUIET)
        shown = self.clusters.read(round, self.clock.now(), left_open=left_open)
        return (*shown, await read_records(self.api, self.clock, round))

    async def _queue(self) -> dict[str, float]:
        counts = await read_counts(self.api) or {}
        return {"queue" if name == "queued" else name: float(value) for name, value in counts.items()}

    async def _collect(self, readings: Sequence[Reading]) -> History:
        changes: tuple[StateChange, ...] = ()
        commands: tuple[Attempt, ...] = ()
        has_changes = True
        messages = self.spool_faults.injections() if self.spool_faults is not None else ()
        try:
            changes = await read_changes(self.api, self.clock)
            commands = await self.commands.read()
        except (httpx.HTTPError, WorldError) as error:
            has_changes = False
            self.notes.append(f"the pipeline's log could not be read: {error}")
        self.notes += notes_of(self.internal_errors())
        self.notes += await read_findings(self.api)
        return History(
            ops=self.recorder.ops,
            attempts=in_order((*self.recorder.attempts, *commands)),
            changes=changes,
            effects=in_order(self.clusters.effects()),
            injections=in_order((*self.clusters.injections(), *self.relays.injections(self.clock.now), *messages)),
            nemesis=self.nemesis_log.actions,
            readings=in_order(readings),
            has_changes=has_changes,
        )
