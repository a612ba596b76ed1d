"""One run: load and nemesis, then heal, quiesce, final reads, collection. The same in every world."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, field

import httpx

from connector.values import replace
from harness.attribution import attribute
from harness.collect.assemble import in_order
from harness.collect.gateway_log import gateway_attempts
from harness.collect.internal_errors import notes_of
from harness.collect.sampler import Sampler
from harness.errors import PartEnded, WorldError
from harness.nemesis.nemesis import Nemesis
from harness.nemesis.switches import Switches
from harness.patience import stopped_within
from harness.run.by_hand import removals_by_hand
from harness.run.fence import QUIET, fence_ends
from harness.run.hops import limits_of
from harness.run.log_fit import misfit
from harness.run.player import LoadPlayer, OpenPlayer, open_clients
from harness.run.progress import ProgressReporter, Stage
from harness.run.result import RunResult
from harness.run.spans import spans
from harness.run.spelled_names import unspelled_names
from harness.run.unsupported import (
    deliveries_without_spool,
    skipped_arrivals,
    unreachable_parts,
    unsupported_deliveries,
    unsupported_faults,
    unsupported_receivers,
    unsupported_steps,
    unsupported_store_faults,
    unsupported_toxics,
)
from harness.run.world import World
from harness.scenario.nemesis import steps_of
from harness.service.access import access_changes
from harness.service.parts import Restartable
from harness.service.service import (
    Allowing,
    ChangeLog,
    CommandLog,
    Findings,
    Gauges,
    Notifying,
    Service,
    StoredChangeLog,
)
from harness.toxics.links import CLIENT_GATEWAY
from harness.workload.clients import unoffered_kinds
from reports.allowances import STRICT, Allowances
from reports.history import Attempt, History, OpResult, Reading, StateChange

__all__ = ["Run"]

_LOOK = 0.1
"""Seconds between two looks whether all is at rest."""
_NOTED = 0.05
"""Seconds after the end of a session by which whoever asked has written down what it heard, and what it asks next."""
_SKEW = 0.5
"""Seconds by which the clock of a change log may be off before it counts as wrong."""


@dataclass(slots=True)
class Run:
    """One run in a world that stands. sampled: keep metrics over time. stop: ends load and waiting, nothing else.
    open_player: who plays the load."""

    world: World
    _: KW_ONLY
    reporter: ProgressReporter = field(default_factory=ProgressReporter)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    sampled: bool = True
    open_player: OpenPlayer = open_clients
    skipped: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    async def execute(self) -> RunResult:
        """Carry it all out; the result is not yet judged."""
        world = self.world
        history, load_ends, player = await self._play()
        await world.ends.settle()
        ends = world.ends.rows
        return RunResult(
            history=attribute(replace(history, part_ends=ends)),
            began=world.clock.began,
            load_ends=load_ends,
            ends=world.clock.now(),
            interrupted=self.stop.is_set(),
            phases=spans(world.scenario, world.nemesis_log.actions, load_ends, ends),
            clusters=world.clusters.notes(),
            limits=limits_of(world.scenario),
            allowances=_allowances(world.service),
            generators=player.generators,
            skipped=tuple(self.skipped),
            notes=tuple(self.notes),
        )

    async def _play(self) -> tuple[History, float, LoadPlayer]:
        """The history, but for what is known at its end only; when the load ended; and who played it."""
        readings = [*await self.read(0)]
        service, clusters = self.world.service, self.world.clusters
        looks = (service.read_gauges, clusters.look) if isinstance(service, Gauges) else (clusters.look,)
        sampler = Sampler(self.world.clock, looks)
        gateway = await self.world.relays.through_url(CLIENT_GATEWAY, self.world.entry)
        async with asyncio.TaskGroup() as group:
            sampling = group.create_task(sampler.run()) if self.sampled else None
            # The clients live until there is rest.
            async with self.open_player(self.world, gateway) as player:
                reporting = group.create_task(self.reporter.run(lambda: player.asked))
                load_ends = await self._disturbed_load(group, player)
            self.notes += skipped_arrivals(player.skipped, unoffered_kinds(access_changes(service.api)))
            readings += await self.read(1)
            await self._fence(readings)
            readings += await self.read(2)
            if sampling is not None:
                await sampler.sample()
                sampling.cancel()
            reporting.cancel()
        self.reporter.enter(Stage.COLLECT)
        history = player.enter_into(History())
        self.notes += unspelled_names(self.world.scenario, history.ops)
        return replace(await self.collect(history, readings), samples=sampler.samples), load_ends, player

    async def _disturbed_load(self, group: asyncio.TaskGroup, player: LoadPlayer) -> float:
        """Load, nemesis, healing and rest. Returns when the load ended."""
        world, scenario = self.world, self.world.scenario
        nemesis = Nemesis(world.targets, world.nemesis_log, world.clock.now, failpoints=world.failpoints)
        switches = Switches(world.relays.links, world.nemesis_log, world.clock.now)
        steps = steps_of(scenario)
        unsupported = unsupported_steps(
            steps,
            lambda name: world.targets[name].kinds if name in world.targets else frozenset(),
            has_failpoints=world.failpoints is not None,
            world=world.name,
        )
        self.skipped += unsupported.values()
        disturbing = group.create_task(nemesis.disturb([step for step in steps if step not in unsupported]))
        switching = group.create_task(switches.disturb(scenario.toxics))
        await world.clock.until(0.0)
        inside = [faults for faults in world.service_faults if faults is not None]
        for faults in inside:
            faults.begin(world.clock.now)
        self.reporter.enter(Stage.LOAD, of=scenario.workload.duration)
        await player.offer(self.stop)
        load_ends = world.clock.now()
        switches.heal()
        for faults in inside:
            faults.heal()
        await switching
        await self._heal(nemesis, disturbing)
        await self._quiesce(player)
        self.skipped += () if world.clusters.are_fake else unsupported_faults(scenario, world.name)
        self.skipped += unsupported_toxics(scenario, world.relays.links, world.name)
        self.skipped += unsupported_deliveries(scenario, world.name) if world.spool_faults is None else ()
        self.skipped += unsupported_store_faults(scenario, world.name) if world.store_faults is None else ()
        self.skipped += unsupported_receivers(scenario)
        self.notes += unreachable_parts(scenario)
        self.notes += deliveries_without_spool(scenario)
        return load_ends

    async def _heal(self, nemesis: Nemesis, disturbing: asyncio.Task[None]) -> None:
        self.reporter.enter(Stage.HEAL)
        self.world.nemesis_log.note("heal", "all", "no more faults; what is down comes back")
        nemesis.heal()
        self.world.clusters.lift_faults()
        await disturbing
        await self.world.clusters.until_open()
        for process in self.world.processes.values():
            if not process.running:
                await self._restart(process)
        self.world.nemesis_log.note("healed", "all")

    async def _restart(self, part: Restartable) -> None:
        try:
            await part.start()
        except PartEnded:
            self.world.nemesis_log.note("restart-failed", part.part, "it ended before it was ready")
        else:
            self.world.nemesis_log.note("restart", part.part, "it had ended unplanned")

    async def _quiesce(self, player: LoadPlayer) -> None:
        """Until nothing is under way anywhere, for at most the time to settle."""
        self.reporter.enter(Stage.QUIESCE, of=self.world.scenario.settle)
        deadline = self.world.clock.now() + self.world.scenario.settle
        while self.world.clock.now() < deadline:
            if player.under_way == 0 and self.world.clusters.idle() and await self.world.service.at_rest():
                self.world.nemesis_log.note("quiesce", "all", "at rest")
                return
            if await stopped_within(self.stop, _LOOK):
                return
        self.world.nemesis_log.note("quiesce", "all", f"not at rest after {self.world.scenario.settle:g} s")

    async def _fence(self, readings: Sequence[Reading]) -> None:
        wait = await self.fence_ends(readings) - self.world.clock.now()
        if wait <= 0:
            return
        self.reporter.enter(Stage.FENCE, of=wait)
        await stopped_within(self.stop, wait)

    async def fence_ends(self, readings: Sequence[Reading]) -> float:
        """When the sides may be read for the last time. readings: those of before."""
        commands: Sequence[Attempt] = ()
        if isinstance(self.world.service, CommandLog):
            with suppress(httpx.HTTPError, WorldError):
                commands = await self.world.service.read_commands()
        unclear = [command.deadline or 0.0 for command in commands if command.result is OpResult.INFO]
        return fence_ends(
            self.world.scenario,
            readings,
            now=self.world.clock.now(),
            effects_due=self.world.clusters.last_effect_due(),
            deadlines=unclear,
            grace=_allowances(self.world.service).grace,
        )

    async def read(self, round: int) -> Sequence[Reading]:
        """All sides, the clusters first: a share that the API removes in between is gone from them already.

        Where a session had to end first, not at that very instant: its command is still written down as under way, and
        the one that follows is not written down yet.
        """
        asked_at = self.world.clock.now()
        left_open = await self.world.clusters.left_open(seconds=QUIET)
        if self.world.clock.now() > asked_at:
            await asyncio.sleep(_NOTED)
        shown = await self.world.clusters.read(round, self.world.clock.now(), left_open=left_open)
        return (*shown, await self.world.service.read_records(round))

    async def collect(self, asked: History, readings: Sequence[Reading]) -> History:
        """All that is known by now. asked: what the clients asked and tried."""
        service, inside = self.world.service, self.world.service_faults
        # First: what comes meanwhile tells of changes that the log behind it lacks, where the run did not come to rest.
        notices = service.read_notices() if isinstance(service, Notifying) else None
        changes: Sequence[StateChange] | None = None
        commands: Sequence[Attempt] | None = None
        try:
            if isinstance(service, ChangeLog):
                changes = await service.read_changes()
            if isinstance(service, CommandLog):
                commands = await service.read_commands()
            if isinstance(service, StoredChangeLog):
                changes = await self._stored(service, asked, readings)
        except (httpx.HTTPError, WorldError) as error:
            changes = commands = None
            self.notes.append(f"the log of the service cannot be used: {error}")
        self.notes += notes_of(self.world.internal_errors())
        if isinstance(service, Findings):
            self.notes += await service.read_findings()
        effects = in_order(self.world.clusters.effects())
        self.notes += removals_by_hand(effects)
        struck = [row for faults in inside if faults is not None for row in faults.injections()]
        passed_on = gateway_attempts(self.world.gateway_log(), asked, self.world.clock.of_unix)
        return replace(
            asked,
            attempts=in_order((*asked.attempts, *passed_on, *(commands or ()))),
            changes=tuple(changes or ()),
            effects=effects,
            injections=in_order(
                (*self.world.clusters.injections(), *self.world.relays.injections(self.world.clock.now), *struck)
            ),
            nemesis=self.world.nemesis_log.actions,
            readings=in_order(readings),
            notices=tuple(notices or ()),
            receivers=tuple(service.receivers) if isinstance(service, Notifying) else (),
            has_notices=notices is not None,
            has_effect_log=self.world.clusters.are_fake,
            has_changes=changes is not None,
            has_commands=commands is not None,
        )

    async def _stored(
        self, service: StoredChangeLog, asked: History, readings: Sequence[Reading]
    ) -> Sequence[StateChange] | None:
        """Raises `WorldError` for a log that proves nothing, so that nobody is accused by it."""
        changes = await service.read_change_log()
        if changes is not None:
            skew = _SKEW + _allowances(self.world.service).skew
            reason = misfit(changes, asked.ops, readings, now=self.world.clock.now(), skew=skew)
            if reason is not None:
                raise WorldError(reason)
        return changes


def _allowances(service: Service) -> Allowances:
    return service.allowances if isinstance(service, Allowing) else STRICT
