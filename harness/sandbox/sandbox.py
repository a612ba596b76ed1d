"""A sandbox: a world that stands, what happens in it, and what is asked and broken by hand."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import httpx

from connector.values import replace
from fake_clusters.cluster import FakeCluster
from fake_clusters.counters import Gauge, Total
from harness.attribution import attribute
from harness.errors import WorldError
from harness.run.hops import limits_of
from harness.run.result import RunResult
from harness.run.run import Run
from harness.run.spans import spans
from harness.run.world import World
from harness.sandbox.by_hand import ByHand
from harness.sandbox.happened import Happened, Happening, line_of
from harness.sandbox.inbox import SandboxInbox
from harness.sandbox.metrics import LiveMetrics
from harness.sandbox.others import asked_by_others
from harness.sandbox.portal import Portal
from harness.sandbox.pulse import Pulse
from harness.sandbox.queue import WatchedQueue
from harness.sandbox.session import Session, merged
from harness.sandbox.shares import AT_REST, SandboxShares
from harness.sandbox.switched_load import SwitchedLoad
from harness.sandbox.waits import time_of_day
from harness.scenario.scenario import Scenario
from harness.service.operated import QueueState
from harness.service.service import Allowing, ChangeLog, CommandLog
from harness.workload.recorder import Recorder
from reports.allowances import STRICT
from reports.history import Attempt, History, Reading, StateChange

__all__ = ["Sandbox"]

_EVERY = 0.1
"""Seconds between two looks at what happened."""
_RECORDS_EVERY = 1.0
"""Seconds between two reads of all records, where those of the last one were few; more where they were many."""


@dataclass(slots=True, kw_only=True)
class Sandbox:
    """Made by `open_sandbox`. entry: where a portal finds the service. changed: beats when there is something new.

    group: of what goes on beside it.
    """

    world: World
    scenario: Scenario
    session: Session
    entry: str
    recorder: Recorder
    portal: Portal
    by_hand: ByHand
    load: SwitchedLoad
    changed: Pulse
    group: asyncio.TaskGroup
    queue: WatchedQueue
    metrics: LiveMetrics
    inbox: SandboxInbox
    table: SandboxShares = field(default_factory=SandboxShares)
    happened: Happened = field(default_factory=Happened)
    commands: Sequence[Attempt] = ()
    counted: int = 0
    """How many rows of `commands` the table has seen end."""

    @property
    def clusters(self) -> Sequence[FakeCluster]:
        return tuple(self.world.clusters)

    def start_load(self) -> None:
        """Let the scenario's load come."""
        self.load.start(self.group)

    # --- what is to be seen -----------------------------------------------------------------------------------

    def time_of_day(self, instant: float) -> str:
        """Of an instant of the run."""
        return time_of_day(self.world.clock.began + instant)

    @property
    def is_calm(self) -> bool:
        """Whether nothing is broken or held up by hand."""
        return self.by_hand.is_calm and self.queue.is_calm and self.inbox.is_calm

    async def heal(self) -> None:
        """Switch everything off, lift what is held up, and start whatever is down."""
        self.inbox.heal()
        await self.by_hand.heal()
        await self.queue.lift_all()

    def activity(self) -> tuple[int, ...]:
        """What has happened, in numbers: nothing has while they stay."""
        counters = [cluster.counters() for cluster in self.clusters]
        done = sum(1 for op in self.recorder.ops if op.completed_at is not None)
        return (
            self.recorder.asked,
            done,
            sum(row[Total.EFFECTS] for row in counters),
            sum(row["injections"] for row in counters),
            len(self.world.nemesis_log.actions),
            len(self.world.ends.rows),
            self.table.moves,
        )

    async def at_rest(self) -> bool:
        """Whether nothing is broken and nothing under way; or something has been, for longer than it may."""
        service = self.world.service
        if not self.is_calm or self.load.on or any(self.by_hand.doing(part) == "down" for part in service.parts):
            return False
        if any(op.completed_at is None for op in self.recorder.ops):
            return False
        if await service.at_rest() and self.world.clusters.idle():
            return True
        last = max(
            [0.0, *(op.invoked_at for op in self.recorder.ops), *(row.at for row in self.world.nemesis_log.actions)]
        )
        return self.world.clock.now() - last > self.scenario.settle

    # --- the history ------------------------------------------------------------------------------------------

    async def history(self, readings: Sequence[Reading] = ()) -> tuple[History, Sequence[str]]:
        """All that happened since the first start, and notes about it."""
        run = Run(self.world)
        asked = History(ops=self.recorder.ops, attempts=self.recorder.attempts)
        history = merged(self.session.before, await run.collect(asked, readings))
        ends = merged(self.session.before, History(part_ends=self.world.ends.rows)).part_ends
        return asked_by_others(replace(history, part_ends=ends)), run.notes

    def result(self, history: History, notes: Sequence[str], scenario: Scenario) -> RunResult:
        """The history as the result of a run of this scenario that ends now."""
        now = self.world.clock.now()
        service = self.world.service
        return RunResult(
            history=attribute(history),
            began=self.world.clock.began,
            load_ends=now,
            ends=now,
            phases=spans(scenario, history.nemesis, now, history.part_ends),
            clusters=self.world.clusters.notes(),
            limits=limits_of(scenario),
            allowances=service.allowances if isinstance(service, Allowing) else STRICT,
            notes=tuple(notes),
        )

    # --- the tasks --------------------------------------------------------------------------------------------

    async def follow(self) -> None:
        """Keep up with what happens, without end."""
        async for event in self.world.events(every=_EVERY):
            if isinstance(event, StateChange):
                self.table.moved(event)
                self.metrics.moved(event)
            else:
                self.session.add(event)
            self.say(line_of(event))

    async def follow_commands(self) -> None:
        """Keep up with the commands that the service sends, without end."""
        service = self.world.service
        while isinstance(service, CommandLog):
            with suppress(httpx.HTTPError, WorldError):
                commands = await service.read_commands()
                fresh = commands[self.counted :]
                if fresh and fresh != self.commands[self.counted :]:
                    self.commands = commands
                    self.table.tried(fresh)
                    while self.counted < len(commands) and commands[self.counted].ended_at is not None:
                        self.counted += 1
                    self.changed.set()
            await asyncio.sleep(_EVERY)

    async def follow_records(self) -> None:
        """Read all records now and then: the sizes, and all there is to know of a service without a log."""
        while True:
            reading = await self.world.service.read_records(0)
            if reading.ok:
                take = self.table.sized if isinstance(self.world.service, ChangeLog) else self.table.read
                take(reading)
                self.changed.set()
            await asyncio.sleep(_RECORDS_EVERY * (1 + len(reading.shares) // 500))

    async def tick(self) -> None:
        """Keep up with what toxics met; and ages and countdowns change by themselves."""
        met = 0
        while True:
            await asyncio.sleep(1.0)
            fresh = self.world.relays.injections(self.world.clock.now)[met:]
            met += len(fresh)
            for row in fresh:
                self.session.add(row)
                self.say(line_of(row))
            self._sample()
            self.changed.set()

    def _sample(self) -> None:
        queue = self.queue.state or QueueState()
        self.metrics.sample(
            self.world.clock.now(),
            self.recorder.ops,
            self.commands,
            under_way=sum(count for state, count in self.table.counts().items() if state not in AT_REST),
            messages=queue.messages,
            queued=sum(cluster.gauges()[Gauge.QUEUED] for cluster in self.clusters),
        )

    def say(self, line: Happening | None) -> None:
        """Show a line, and tell the page that there is something new."""
        if line is not None:
            self.happened.add(line)
        self.changed.set()
