"""A live world: fake clusters behind real SSH in this process, the real pipeline in processes of its own."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType

from connector.clock import steady_clock
from connector.targets import write_targets
from fake_clusters.farm import Farm
from harness.collect.clock import RunClock
from harness.http_client import open_httpx
from harness.live.admin import serve_run_admin
from harness.live.logged_errors import errors_in
from harness.live.parts import open_parts
from harness.live.process import ProcessCommand
from harness.live.workspace import workspace
from harness.run.clusters import Clusters
from harness.run.hops import commander_of
from harness.run.world import World
from harness.scenario.roles import Role
from harness.scenario.scenario import Scenario
from harness.service.client import open_over_http
from harness.service.reference import PipelineSettings, ReferenceService, settings_of, url_of
from harness.toxics.links import GATEWAY_API
from harness.toxics.relays import relayed
from harness.world_name import WorldName

__all__ = ["open_live_world"]

_LEAD = 0.25
"""Seconds between the first readings and the load."""
_TARGETS = "clusters.json"
"""The clusters' address file."""
_PATIENCE = 10.0
"""Seconds for one answer of the API to the harness itself."""


@asynccontextmanager
async def open_live_world(
    scenario: Scenario,
    *,
    seed: int,
    keep: Path | None = None,
    commands: Mapping[str, ProcessCommand] = MappingProxyType({}),
    admin: Path | None = None,
) -> AsyncIterator[World]:
    """Bring a world up; take it down when the context ends.

    keep: a directory in which the files (store, settings, what the parts print) stay. commands: how a part is started
    where it is not the usual way. admin: a file that says, while the world stands, where its clusters and the toxics of
    its links can be changed over HTTP. Raises `WorldError` where it does not come up, in an exception group or not.
    """
    with workspace(keep) as directory:
        async with (
            Farm(scenario.clusters, scenario.faults, keys=directory / "keys", seed=seed, begun=False) as farm,
            relayed(scenario.toxics, seed=seed, everywhere=admin is not None) as relays,
        ):
            settings = _settings(scenario, directory, seed)
            write_targets(directory / _TARGETS, [await relays.to_cluster(target) for target in farm.targets()])
            to_api = partial(relays.through_url, GATEWAY_API)
            async with (
                open_parts(settings, directory, commands, on_the_way=to_api) as parts,
                open_httpx(url_of(parts[Role.API]), connect=_PATIENCE, patience=_PATIENCE) as http,
                serve_run_admin(admin, farm, relays.links),
            ):
                clock = RunClock.starting_in(_LEAD, steady_clock(asyncio.get_running_loop()))
                service = ReferenceService(parts, http, clock, commander=commander_of(settings.design))
                world = World(
                    name=WorldName.LIVE,
                    scenario=scenario,
                    seed=seed,
                    clock=clock,
                    clusters=Clusters(farm, scenario.faults),
                    service=service,
                    open_client=open_over_http(open_httpx, service.api),
                    relays=relays,
                    internal_errors=lambda: errors_in((part.part, part.log) for part in parts.values()),
                )
                async with world.standing(lead=_LEAD):
                    yield world
            for part in parts.values():
                for end in part.unplanned_ends():
                    world.ends.add(part, end)


def _settings(scenario: Scenario, directory: Path, seed: int) -> PipelineSettings:
    given = settings_of(scenario)
    processor = given.processor.model_copy(update={"seed": seed})
    return given.model_copy(
        update={"store": directory / "pipeline.db", "targets": directory / _TARGETS, "processor": processor}
    )
