"""Plays one load of a scenario through a gateway, and gives the run that a journal is made of."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from connector.values import replace
from harness.errors import first_world_error
from harness.live.gateways.gateway import check_installed
from harness.live.loopback import check_loopback
from harness.live.open_files import allow_open_files
from harness.live.world import open_live_world
from harness.load.elsewhere import check_elsewhere, open_elsewhere
from harness.load.gateway import OWN_GATEWAY, LoadGateway
from harness.load.generators import Generators
from harness.load.merge import merged
from harness.load.plan import LATEST, LoadPlan
from harness.load.player import played_by
from harness.load.processes import GeneratorSetup, open_generators
from harness.load.samples import LoadSample, dropped_samples, samples_of, write_samples
from harness.run.progress import Progress, ProgressReporter, Stage
from harness.run.result import RunResult
from harness.run.run import Run
from harness.run.world import World
from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.scenario import Scenario

__all__ = ["LoadOptions", "LoadResult", "open_load_world", "play_load"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions:
    """gateway: which way clients go in. setup: who plays the load. latest, abort: as in `LoadPlan`."""

    gateway: LoadGateway = OWN_GATEWAY
    setup: GeneratorSetup = field(default_factory=GeneratorSetup)
    latest: float = LATEST
    abort: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    """A load that was played. run: not yet judged. samples: of every op, and of every arrival that was dropped."""

    run: RunResult
    samples: tuple[LoadSample, ...]


async def play_load(
    scenario: Scenario,
    *,
    seed: int,
    folder: Path,
    options: LoadOptions | None = None,
    progress: Progress | None = None,
    stop: asyncio.Event | None = None,
) -> LoadResult:
    """Play the scenario's load in a live world of its own. folder: for the samples, and the generators' logs.

    What the generators have sent by then stays there, whatever happens. Raises `WorldError` where the world does not
    come up, or it or a generator breaks, or `stop` comes before the load (`NotBegun`); `WrongWorld` where it cannot be
    played there; `MissingPart`.
    """
    options = options or LoadOptions()
    is_elsewhere = options.gateway.is_elsewhere(scenario)
    if is_elsewhere:
        check_elsewhere(scenario)
    scenario = options.gateway.before(scenario)
    check_installed(None if is_elsewhere else scenario.gateway_kind)
    reporter = ProgressReporter(progress, asyncio.get_running_loop().time)
    reporter.enter(Stage.START)
    allow_open_files()
    await check_loopback()
    stop = stop or asyncio.Event()
    plan = LoadPlan(scenario=scenario, seed=seed, latest=options.latest, abort=options.abort)
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - once, before anything runs
    try:
        async with open_generators(plan, options.setup, folder, stop) as generators:
            try:
                async with open_load_world(scenario, seed=seed, gateway=options.gateway, logs=folder) as world:
                    run = Run(world, reporter=reporter, stop=stop, open_player=played_by(generators))
                    result = await run.execute()
                    reporter.enter(Stage.STOP)
            finally:
                samples = _write_samples(generators, options.gateway.name(scenario), folder)
    except BaseExceptionGroup as group:
        error = first_world_error(group)
        if error is None:
            raise
        raise error from group
    result = replace(result, history=replace(result.history, part_ends=world.ends.rows))
    return LoadResult(run=_told(result, generators, scenario, options.gateway), samples=samples)


@asynccontextmanager
async def open_load_world(
    scenario: Scenario, *, seed: int, gateway: LoadGateway = OWN_GATEWAY, logs: Path | None = None
) -> AsyncIterator[World]:
    """A live world whose clients enter by this gateway. For one run: its clock begins with its load.

    logs: for what programs that are not ours print, and the configuration of a gateway.
    """
    async with AsyncExitStack() as stack:
        if gateway.is_elsewhere(scenario):
            assert gateway.url is not None, "elsewhere is at a URL"
            world = await stack.enter_async_context(open_elsewhere(scenario, seed=seed, url=gateway.url))
        else:
            foreign = scenario.service is not None or gateway.kind not in {None, GatewayKind.BUILTIN}
            world = await stack.enter_async_context(
                open_live_world(gateway.before(scenario), seed=seed, logs=logs if foreign else None)
            )
            world.gateway = gateway.url
        yield world


def _write_samples(generators: Generators, gateway: str, folder: Path) -> tuple[LoadSample, ...]:
    """Of all that the generators have sent, also where they sent no more."""
    rows = merged(generators.history)
    samples = (*samples_of(rows.ops, gateway, rows.first_bytes), *dropped_samples(generators.rows, gateway))
    if samples:
        write_samples(folder, samples)
    return samples


def _told(result: RunResult, generators: Generators, scenario: Scenario, gateway: LoadGateway) -> RunResult:
    """With what only this way of playing a load knows."""
    notes = [*result.notes]
    if generators.aborted is not None:
        notes.append(f"the load ended early, at {result.load_ends:.1f} s: {generators.aborted} could not hold any more")
    history = result.history
    if gateway.is_elsewhere(scenario):  # where nothing can be read but answers
        history = replace(history, has_effect_log=False, readings=())
    return replace(result, history=history, notes=tuple(notes))
