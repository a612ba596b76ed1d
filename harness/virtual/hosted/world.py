"""Builds a virtual world around a scenario whose service is of kind `python`: all SSH and HTTP is bytes in memory."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from connector.clock import steady_clock
from connector.targets import Target
from fake_clusters.farm import Farm
from fake_clusters.keys import KeyStore
from harness.collect.clock import RunClock
from harness.own_folder import own_folder
from harness.run.clusters import Clusters
from harness.run.world import World
from harness.scenario.scenario import Scenario
from harness.scenario.service_spec import PartSpec, ServiceSpec
from harness.service.client import open_over_http
from harness.service.first_answer import await_first_answer
from harness.service.foreign import ForeignService, open_sheet
from harness.service.foreign_files import TemplateFields, moved, write_cluster_files, write_files
from harness.toxics.relays import relayed
from harness.virtual.hosted.output import kept_logging
from harness.virtual.hosted.parts import HostedPart, open_hosted_parts
from harness.virtual.logged_errors import logged_errors
from harness.virtual.loop import running_loop
from harness.virtual.network import Network
from harness.virtual.ssh.transport import MemorySsh
from harness.world_name import WorldName

__all__ = ["open_hosting_world"]

_FIRST_PORT = 8001
_PATIENCE = 10.0
"""Seconds for one answer of the API to the harness itself."""
_KEPT = ("LANG", "LC_ALL", "PATH")
"""Variables of this process that a part sees; no other, so that a run is the same wherever it is played."""


@dataclass(slots=True)
class _Ports:
    """A port for each name, in the order in which they are asked for."""

    _given: dict[str, int] = field(default_factory=dict)

    def of(self, name: str) -> int:
        return self._given.setdefault(name, _FIRST_PORT + len(self._given))


@asynccontextmanager
async def open_hosting_world(
    scenario: Scenario, *, seed: int, net: Network, skews: Mapping[str, float], logs: Path | None = None
) -> AsyncIterator[World]:
    """Bring it up on the running virtual loop. logs: a folder for what the parts print; None: nobody reads it.

    Raises `ServiceUnavailable`, in an exception group or not.
    """
    assert scenario.service is not None, "the scenario is about a service of its own"
    spec = scenario.service
    with own_folder() as directory, logged_errors() as errors, kept_logging():
        ssh = MemorySsh(net, seed=seed, client=KeyStore(directory / "keys").client_key())
        async with (
            Farm(
                scenario.clusters, scenario.faults, keys=directory, seed=seed, begun=False, fronts=ssh.open_front
            ) as farm,
            relayed(scenario.toxics, seed=seed) as relays,
        ):
            targets = [await relays.to_cluster(target) for target in farm.targets()]
            fields = _fields(directory, targets, moved(ssh.known_hosts, farm.targets(), targets))
            sheet = open_sheet(spec.sheet, beside=spec.beside)
            write_files(spec.files, fields)
            parts = [_part(part, spec, fields) for part in spec.parts]
            async with (
                open_hosted_parts(parts, work=fields.work, seed=seed, skews=skews, logs=logs) as running,
                sheet.open_http(url := fields.fill(spec.url), connect=_PATIENCE, patience=_PATIENCE) as api,
            ):
                locations = [target.name for target in targets]
                clock = RunClock.starting_in(0.0, steady_clock(running_loop()))
                first = ForeignService(sheet, url, running, http=api, clock=clock, locations=locations)
                await await_first_answer(first, api, (), locations[0])
                clock = RunClock.starting_in(0.0, steady_clock(running_loop()))
                service = ForeignService(sheet, url, running, http=api, clock=clock, locations=locations)
                world = World(
                    name=WorldName.VIRTUAL,
                    scenario=scenario,
                    seed=seed,
                    clock=clock,
                    clusters=Clusters(farm, scenario.faults),
                    service=service,
                    open_client=open_over_http(sheet.open_http, service.api),
                    relays=relays,
                    internal_errors=lambda: errors,
                )
                async with world.standing(lead=0.0):
                    yield world


def _fields(directory: Path, targets: list[Target], known_hosts: str) -> TemplateFields:
    work = directory / "work"
    work.mkdir()
    clusters = write_cluster_files(directory, targets, known_hosts)
    return TemplateFields(work=work, clusters=clusters, port_of=_Ports().of)


def _part(part: PartSpec, spec: ServiceSpec, fields: TemplateFields) -> HostedPart:
    given = {name: fields.fill(value) for name, value in part.environment.items()}
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return HostedPart(
        name=part.name,
        folder=(spec.beside / part.folder).resolve(),
        app=part.app,
        worker=part.worker,
        port=0 if part.app is None else fields.port_of(part.name),
        environment={**kept, "HOME": str(fields.work), **given, **fields.clusters.environment},
    )
