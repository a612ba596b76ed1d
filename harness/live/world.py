"""The live world: fake clusters behind real SSH in this process, the real pipeline in processes of its own."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType

from connector.clock import steady_clock
from connector.targets import write_targets
from connector.values import replace
from fake_clusters.farm import Farm
from harness.collect.clock import RunClock
from harness.errors import first_world_error
from harness.http_client import HttpClient, open_httpx
from harness.live.admin import serve_run_admin
from harness.live.logged_errors import errors_in
from harness.live.loopback import check_loopback
from harness.live.open_files import allow_open_files
from harness.live.parts import open_parts
from harness.live.process import Command, PartProcess
from harness.live.workspace import workspace
from harness.run.clusters import Clusters
from harness.run.ends import part_end
from harness.run.parts import Parts
from harness.run.progress import Progress, ProgressReporter, Stage
from harness.run.result import RunResult
from harness.run.run import Run
from harness.run.targets import targets_of
from harness.scenario.scenario import Scenario
from harness.toxics.links import GATEWAY_API
from harness.toxics.relays import Relays, relayed
from harness.world_name import WorldName
from pipeline.serve import Part
from pipeline.settings import PipelineSettings

__all__ = ["LiveWorld"]

_LEAD = 0.25
"""Seconds between the first readings and the load."""
_TARGETS = "clusters.json"
"""The clusters' address file."""
_PATIENCE = 10.0
"""Seconds for one answer of the API to the harness itself."""


class LiveWorld:
    """Plays scenarios, each in a world of its own that is gone afterwards.

    keep: a directory in which each run's files (store, settings, what the parts print) stay. commands: how a part is
    started where it is not the usual way. admin: a file that says, while a run lasts, where its clusters and the toxics
    of its links can be changed over HTTP.
    """

    def __init__(
        self,
        *,
        keep: Path | None = None,
        commands: Mapping[Part, Command] = MappingProxyType({}),
        admin: Path | None = None,
    ) -> None:
        self._keep = keep
        self._commands = commands
        self._admin = admin

    async def play(
        self,
        scenario: Scenario,
        *,
        seed: int,
        progress: Progress | None = None,
        stop: asyncio.Event | None = None,
    ) -> RunResult:
        """Play one scenario to its end. stop: ends the load early; healing, reading and collecting are still done.

        Raises `WorldError` where the world does not come up or breaks by itself.
        """
        loop = asyncio.get_running_loop()
        reporter = ProgressReporter(progress, loop.time)
        reporter.enter(Stage.START)
        allow_open_files()
        await check_loopback()
        try:
            async with self._world(scenario, seed) as (clusters, parts, relays, api):
                clock = RunClock.starting_in(_LEAD, steady_clock(loop))
                clusters.begin(after=_LEAD)
                run = Run(
                    scenario=scenario,
                    world=WorldName.LIVE,
                    seed=seed,
                    clock=clock,
                    clusters=clusters,
                    parts=parts,
                    targets=targets_of(parts, clusters),
                    relays=relays,
                    api=api,
                    reporter=reporter,
                    stop=stop or asyncio.Event(),
                    internal_errors=lambda: errors_in((part.part, part.log) for part in parts),
                )
                result = await run.execute()
                reporter.enter(Stage.STOP)
            result = _with_last_ends(result, parts)
        except BaseExceptionGroup as group:
            error = first_world_error(group)
            if error is None:
                raise
            raise error from group
        return result

    @asynccontextmanager
    async def _world(
        self, scenario: Scenario, seed: int
    ) -> AsyncIterator[tuple[Clusters, Parts[PartProcess], Relays, HttpClient]]:
        with workspace(self._keep) as directory:
            async with (
                Farm(scenario.clusters, scenario.faults, keys=directory / "keys", seed=seed, begun=False) as farm,
                relayed(scenario.toxics, seed=seed, everywhere=self._admin is not None) as relays,
            ):
                settings = _settings(scenario, directory, seed)
                write_targets(directory / _TARGETS, [await relays.to_cluster(target) for target in farm.targets()])
                to_api = partial(relays.through_url, GATEWAY_API)
                async with (
                    open_parts(settings, directory, self._commands, on_the_way=to_api) as parts,
                    open_httpx(parts.api_url, connect=_PATIENCE, patience=_PATIENCE) as api,
                    serve_run_admin(self._admin, farm, relays.links),
                ):
                    yield Clusters(farm, scenario.faults), parts, relays, api


def _with_last_ends(result: RunResult, parts: Parts[PartProcess]) -> RunResult:
    """With the ends between the end of the run and the stop of its parts."""
    rows = list(result.history.part_ends)
    for part in parts:
        for end in part.unplanned_ends():
            rows.append(part_end(part.part, end, number=len(rows) + 1, at=result.ends))
    return replace(result, history=replace(result.history, part_ends=tuple(rows)))


def _settings(scenario: Scenario, directory: Path, seed: int) -> PipelineSettings:
    processor = scenario.pipeline.processor.model_copy(update={"seed": seed})
    return scenario.pipeline.model_copy(
        update={"store": directory / "pipeline.db", "targets": directory / _TARGETS, "processor": processor}
    )
