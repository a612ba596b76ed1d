"""A live world: clusters behind real SSH, fakes in this process or real ones; the real service in its own processes."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from types import MappingProxyType

from connector.clock import steady_clock
from harness.collect.clock import RunClock
from harness.live.admin import serve_run_admin
from harness.live.clusters import OpenClusters, open_fakes
from harness.live.forks import forks_of
from harness.live.kept import KeptState
from harness.live.logged_errors import errors_in
from harness.live.part_command import PRELOAD, PartCommand
from harness.live.service import open_service
from harness.live.spawned import StartProcess, spawn
from harness.live.workspace import workspace
from harness.run.world import World
from harness.scenario.scenario import Scenario
from harness.servers.receiver_faults import receiver_faults
from harness.service.client import open_over_http
from harness.service.foreign_files import moved
from harness.toxics.relays import relayed
from harness.world_name import WorldName

__all__ = ["open_live_world"]

_LEAD = 0.25
"""Seconds between the first readings and the load."""


@asynccontextmanager
async def open_live_world(
    scenario: Scenario,
    *,
    seed: int,
    keep: Path | None = None,
    commands: Mapping[str, PartCommand] = MappingProxyType({}),
    admin: Path | None = None,
    logs: Path | None = None,
    name: WorldName = WorldName.LIVE,
    open_clusters: OpenClusters = open_fakes,
    kept: KeptState | None = None,
    start: StartProcess | None = None,
) -> AsyncIterator[World]:
    """Bring a world up; take it down when the context ends.

    keep: a directory in which the files (store, settings, what the parts print) stay. commands: how a part is started
    where it is not the usual way. admin: a file that says, while the world stands, where its clusters and the toxics of
    its links can be changed over HTTP. logs: a folder for what the parts print, made where it is missing.
    open_clusters: what starts the clusters; name: the world that it is with them. kept: what an earlier start left,
    and this one leaves to the next; toxics can then be put on any link. start: what starts the parts of the reference
    pipeline; None: a fork server of this world's own.

    Raises `WorldError` where it does not come up, in an exception group or not.
    """
    place = workspace(keep) if kept is None else nullcontext(kept.work)
    with place as directory, _starting(scenario, directory, start) as start_process:
        async with (
            open_clusters(scenario, directory if kept is None else kept.folder, seed) as standing,
            relayed(scenario.toxics, seed=seed, everywhere=admin is not None or kept is not None) as relays,
        ):
            if kept is not None:
                kept.restore(standing.farm)
            targets = [await relays.to_cluster(target) for target in standing.targets]
            async with (
                open_service(
                    scenario,
                    directory,
                    targets,
                    seed=seed,
                    relays=relays,
                    known_hosts=moved(standing.known_hosts, standing.targets, targets),
                    commands=commands,
                    logs=logs or directory,
                    store_folder=directory if kept is None else kept.folder,
                    start=start_process,
                    receiving=kept is not None,
                ) as live,
                serve_run_admin(admin, standing.farm, relays.links),
            ):
                wall = steady_clock(asyncio.get_running_loop())
                began = None if kept is None else kept.began
                clock = RunClock.starting_in(_LEAD, wall) if began is None else RunClock(clock=wall, began=began)
                service = live.on(clock)
                world = World(
                    name=name,
                    scenario=scenario,
                    seed=seed,
                    clock=clock,
                    clusters=standing.clusters,
                    service=service,
                    open_client=open_over_http(live.open_http, service.api, numbered=live.gateway_log is not None),
                    open_http=live.open_http,
                    relays=relays,
                    failpoints=live.failpoints,
                    servers=live.servers,
                    receivers=live.receivers,
                    receiver_faults=receiver_faults(scenario.receivers, live.receivers),
                    gateway_log=tuple if live.gateway_log is None else live.gateway_log.rows,
                    internal_errors=lambda: errors_in((part.part, part.log) for part in live.parts.values()),
                )
                async with world.standing(lead=-clock.now()):
                    yield world
            for part in live.parts.values():
                for end in part.unplanned_ends():
                    world.ends.add(part, end)


def _starting(scenario: Scenario, directory: Path, start: StartProcess | None) -> AbstractContextManager[StartProcess]:
    if scenario.service is not None:
        return nullcontext(spawn)
    return forks_of(directory, PRELOAD) if start is None else nullcontext(start)
