"""Opens a sandbox: a world in which nothing breaks by itself, and what keeps up with it while it stands."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from operator import attrgetter
from types import MappingProxyType

from connector.values import replace
from harness.live.kept import KeptState
from harness.live.part_command import PartCommand
from harness.live.spawned import StartProcess, spawn
from harness.live.world import open_live_world
from harness.run.run import Run
from harness.run.world import World
from harness.sandbox.by_hand import ByHand
from harness.sandbox.folder import SandboxFolder
from harness.sandbox.happened import line_of
from harness.sandbox.inbox import SandboxInbox
from harness.sandbox.metrics import LiveMetrics
from harness.sandbox.portal import Portal
from harness.sandbox.pulse import Pulse
from harness.sandbox.queue import WatchedQueue
from harness.sandbox.sandbox import Sandbox
from harness.sandbox.session import Session
from harness.sandbox.switched_load import SwitchedLoad
from harness.scenario.roles import role_of
from harness.scenario.scenario import Scenario
from harness.service.reference import with_processors
from harness.service.service import Service, Signing
from harness.toxics.links import CLIENT_GATEWAY
from harness.workload.recorder import Recorder
from reports.history import History, Injection, NemesisAction, PartEnd

__all__ = ["open_sandbox", "opened_on", "undisturbed"]

_CONNECT = 2.0


def undisturbed(scenario: Scenario) -> Scenario:
    """The scenario with nothing that breaks by itself, and nothing that must hold by then: that is left to the user."""
    clusters = tuple(
        replace(cluster, profile=replace(cluster.profile, latency_phases=())) for cluster in scenario.clusters
    )
    return replace(
        scenario,
        clusters=clusters,
        phases=(),
        faults=(),
        toxics=(),
        nemesis=(),
        deliveries=(),
        store_faults=(),
        receivers=(),
        gates=(),
        expect={},
    )


@asynccontextmanager
async def open_sandbox(
    scenario: Scenario,
    folder: SandboxFolder,
    *,
    commands: Mapping[str, PartCommand] = MappingProxyType({}),
    start: StartProcess = spawn,
) -> AsyncIterator[Sandbox]:
    """A sandbox on this scenario, which goes on with the folder's state; it ends with the context.

    commands, start: how parts are started. Raises `WorldError`, `OutputError`.
    """
    session = Session(folder.session, scenario.name)
    kept = KeptState(folder=folder.state, work=folder.running, began=session.began, effects=session.effects())
    standing, spares = _with_a_spare(undisturbed(scenario))
    commands = {**commands, **{part: replace(_command(commands, part), at_once=False) for part in spares}}
    async with open_live_world(standing, seed=scenario.seed, commands=commands, kept=kept, start=start) as world:
        entry = await world.relays.through_url(CLIENT_GATEWAY, world.entry)
        with session:
            async with opened_on(world, scenario, session, entry, frozenset(spares)) as sandbox:
                yield sandbox


@asynccontextmanager
async def opened_on(
    world: World, scenario: Scenario, session: Session, entry: str, spares: frozenset[str] = frozenset()
) -> AsyncIterator[Sandbox]:
    """A sandbox in a world that stands. entry: where clients find the service. spares: parts that need not run."""
    is_new = session.is_new
    session.begin(world.clock.began)
    if is_new:
        session.add(*await Run(world).read(0))
    changed = Pulse()
    asked = max((op.number for op in session.before.ops), default=0)
    tried = max((row.number for row in session.before.attempts), default=0)
    recorder = Recorder(world.clock.now, asked=asked, tried=tried)
    client = scenario.client
    async with world.open_http(entry, connect=_CONNECT) as http, asyncio.TaskGroup() as group:
        portal = Portal(http, world.service.api, recorder, session, within=client.total, changed=changed.set)
        sandbox = Sandbox(
            world=world,
            scenario=scenario,
            session=session,
            entry=entry,
            recorder=recorder,
            portal=portal,
            by_hand=ByHand(world, group, changed.set, spares=spares),
            metrics=LiveMetrics(scenario.gates),
            inbox=SandboxInbox(world.receivers, _secrets(world.service), world.clock.now, changed.set),
            queue=WatchedQueue(world.service, world.nemesis_log, changed.set),
            load=SwitchedLoad(world, scenario, recorder, entry, changed.set),
            changed=changed,
            group=group,
        )
        for row in sorted(_only_in_session(session.before), key=attrgetter("at")):
            sandbox.say(line_of(row))
        tasks = [
            group.create_task(work)
            for work in (
                sandbox.follow(),
                sandbox.follow_commands(),
                sandbox.follow_records(),
                sandbox.queue.follow(),
                sandbox.inbox.follow(),
                sandbox.tick(),
            )
        ]
        try:
            yield sandbox
        finally:
            await sandbox.load.stop()
            session.add(*sandbox.load.rows())
            for task in tasks:
                task.cancel()


def _secrets(service: Service) -> Mapping[str, str]:
    return service.webhook_secrets if isinstance(service, Signing) else {}


def _with_a_spare(scenario: Scenario) -> tuple[Scenario, Sequence[str]]:
    """The scenario with one processor more than it says, and its name: it is started by hand."""
    pipeline = scenario.pipeline
    if pipeline is None:
        return scenario, ()
    more = with_processors(scenario, pipeline.processor.processes + 1)
    return more, [part for part in more.parts if part not in scenario.parts]


def _command(commands: Mapping[str, PartCommand], part: str) -> PartCommand:
    """As all parts of its role are started."""
    return commands.get(role_of(part), PartCommand())


def _only_in_session(before: History) -> Iterator[Injection | NemesisAction | PartEnd]:
    """What no source tells again after a start."""
    yield from before.injections
    yield from before.nemesis
    yield from before.part_ends
