"""The course of one run in a world that stands: load and nemesis, then heal, quiesce, final reads, collection."""

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
from harness.courier import Courier, OpenCourier, over_http
from harness.errors import PartEnded, WorldError
from harness.nemesis.aim import aimed
from harness.nemesis.diary import Diary
from harness.nemesis.nemesis import Nemesis
from harness.nemesis.reach import out_of_reach
from harness.nemesis.target import Target
from harness.nemesis.traps import Traps
from harness.patience import stopped_within
from harness.play.clusters import Clusters
from harness.play.ends import EndsWatch
from harness.play.fence import QUIET, fence_ends
from harness.play.hops import commander_of, limits_of
from harness.play.mail import Mail
from harness.play.parts import Parts, RunningPart
from harness.play.played import Played, Stage
from harness.play.spans import spans
from harness.play.telling import Telling
from harness.play.unconcerned import unconcerned
from harness.play.undelivered import undelivered, without_spool
from harness.play.unrelayed import unrelayed
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

__all__ = ["Course"]

_LOOK = 0.1
"""Seconds between two looks whether all is at rest."""
_UNRESTED = ("pending", "updating", "failing", "deleting", "queued")


@dataclass(slots=True, kw_only=True)
class Course:
    """One run. targets: what the nemesis can break. api: straight to the API, past the gateway.

    open_courier: how the clients reach the gateway. relays: where the toxics are. sampled: keep metrics over time.
    internal_errors: what the parts have logged of that kind so far.
    traps: how a process is killed at a crash point; mail: what is done to messages; None where it cannot be.
    stop: ends load and waiting; all else is still done.
    """

    scenario: Scenario
    world: WorldName
    seed: int
    clock: RunClock
    clusters: Clusters
    parts: Parts[RunningPart]
    targets: Mapping[str, Target]
    api: Courier
    telling: Telling
    stop: asyncio.Event
    open_courier: OpenCourier = over_http
    relays: Relays = field(default_factory=no_relays)
    sampled: bool = True
    traps: Traps | None = None
    mail: Mail | None = None
    internal_errors: Callable[[], Iterable[InternalError]] = tuple
    recorder: Recorder = field(init=False)
    diary: Diary = field(init=False)
    ends: EndsWatch = field(init=False)
    commands: CommandLog = field(init=False)
    skipped: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.recorder = Recorder(self.clock.now)
        self.diary = Diary(self.clock.now)
        self.ends = EndsWatch(self.clock.now)
        self.commands = CommandLog(self.api, self.clock, hop=commander_of(self.scenario.pipeline.design))

    async def run(self) -> Played:
        """Play it all; what is returned is not yet judged."""
        async with self.ends.watching(self.parts):
            history, load_ends = await self._play()
        history = attribute(replace(history, part_ends=self.ends.rows))
        return Played(
            history=history,
            began=self.clock.began,
            load_ends=load_ends,
            ends=self.clock.now(),
            interrupted=self.stop.is_set(),
            phases=spans(self.scenario, self.diary.actions, load_ends, self.ends.rows),
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
            telling = group.create_task(self.telling.run(lambda: len(self.recorder.ops)))
            load_ends = await self._disturbed_load(group)
            readings += await self._read(1)
            await self._fence(readings)
            readings += await self._read(2)
            if sampling is not None:
                await sampler.sample()
                sampling.cancel()
            telling.cancel()
        self.telling.enter(Stage.COLLECT)
        return replace(await self._collect(readings), samples=sampler.samples), load_ends

    async def _disturbed_load(self, group: asyncio.TaskGroup) -> float:
        """Load, nemesis, healing and rest; the clients live until there is rest. Returns when the load ended."""
        scenario, policy = self.scenario, self.scenario.client
        nemesis = Nemesis(self.targets, self.diary, self.clock.now, traps=self.traps)
        gateway = await self.relays.through_url(CLIENT_GATEWAY, self.parts.gateway_url)
        switches = Switches(self.relays.links, self.diary, self.clock.now)
        names = [cluster.name for cluster in scenario.clusters]
        arrivals = drawn(scenario.workload, seed=self.seed, phases=scenario.phases, clusters=names)
        async with (
            open_client(gateway, policy, self.recorder, seed=self.seed, open_courier=self.open_courier) as client,
            open_load(client, self.recorder, policy) as load,
        ):
            steps = aimed(scenario.nemesis, has_processor=self.parts.processor is not None)
            has_traps = self.traps is not None
            beyond = out_of_reach(steps, lambda name: self.targets[name].kinds, has_traps=has_traps, world=self.world)
            self.skipped += beyond.values()
            disturbing = group.create_task(nemesis.disturb([step for step in steps if step not in beyond]))
            switching = group.create_task(switches.disturb(scenario.toxics))
            await self.clock.until(0.0)
            if self.mail is not None:
                self.mail.begin(self.clock.now)
            self.telling.enter(Stage.LOAD, of=scenario.workload.duration)
            await load.offer(arrivals, self.stop)
            await stopped_within(self.stop, scenario.workload.duration - self.clock.now())
            load_ends = self.clock.now()
            switches.heal()
            if self.mail is not None:
                self.mail.heal()
            await switching
            await self._heal(nemesis, disturbing)
            await self._quiesce(load)
        self.skipped += unrelayed(scenario, self.relays.links, self.world)
        self.skipped += undelivered(scenario, self.world) if self.mail is None else ()
        self.notes += [*without_spool(scenario), *unconcerned(load.skipped)]
        return load_ends

    async def _heal(self, nemesis: Nemesis, disturbing: asyncio.Task[None]) -> None:
        self.telling.enter(Stage.HEAL)
        self.diary.note("heal", "all", "no more faults; what is down comes back")
        nemesis.heal()
        self.clusters.lift_faults()
        await disturbing
        await self.clusters.until_open()
        for process in self.parts:
            if not process.running:
                await self._restart(process)
        self.diary.note("healed", "all")

    async def _restart(self, part: RunningPart) -> None:
        try:
            await part.start()
        except PartEnded:
            self.diary.note("restart-failed", part.part.value, "it ended before it was ready")
        else:
            self.diary.note("restart", part.part.value, "it had ended unplanned")

    async def _quiesce(self, load: Load) -> None:
        """Until nothing is under way anywhere, for at most the time to settle."""
        self.telling.enter(Stage.QUIESCE, of=self.scenario.settle)
        deadline = self.clock.now() + self.scenario.settle
        while self.clock.now() < deadline:
            if load.under_way == 0 and self.clusters.idle() and await self._records_rest():
                self.diary.note("quiesce", "all", "at rest")
                return
            if await stopped_within(self.stop, _LOOK):
                return
        self.diary.note("quiesce", "all", f"not at rest after {self.scenario.settle:g} s")

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
        self.telling.enter(Stage.FENCE, of=wait)
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
        mail = self.mail.injections() if self.mail is not None else ()
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
            injections=in_order((*self.clusters.injections(), *self.relays.injections(self.clock.now), *mail)),
            nemesis=self.diary.actions,
            readings=in_order(readings),
            has_changes=has_changes,
        )
