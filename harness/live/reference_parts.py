"""The parts of the reference pipeline as processes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from harness.live.free_ports import FreePorts
from harness.live.gateways.builtin import BUILTIN_LOG
from harness.live.gateways.gateway import gateway_launch
from harness.live.part_command import PartCommand
from harness.live.parts import open_parts
from harness.live.process import PartProcess
from harness.live.reference_launch import reference_launch
from harness.live.spawned import StartProcess, spawn
from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.roles import Role, role_of
from harness.service.reference import (
    OnTheWay,
    PipelineSettings,
    as_it_is,
    in_front_of,
    logging_to,
    on_ports,
    processes_of,
)

__all__ = ["open_reference_parts"]

_HOST = "127.0.0.1"


@asynccontextmanager
async def open_reference_parts(
    settings: PipelineSettings,
    directory: Path,
    commands: Mapping[str, PartCommand],
    *,
    logs: Path | None = None,
    on_the_way: OnTheWay = as_it_is,
    gateway: GatewayKind = GatewayKind.BUILTIN,
    start: StartProcess = spawn,
) -> AsyncIterator[Mapping[str, PartProcess]]:
    """Start the parts that the design has; end them all, however the context ends.

    commands: how a part is started where it is not the usual way, by its name or that of its role. logs: a folder for
    what they print. on_the_way: from the API's URL to the one at which the gateway shall find it. gateway: which
    program it is. start: how processes are started. Raises as `open_parts` and `gateway_launch` do.
    """
    logs = logs or directory
    with FreePorts() as ports:
        named = processes_of(settings)
        urls = {part: f"http://{_HOST}:{ports.of(part)}" for part in named if role_of(part) in {Role.API, Role.GATEWAY}}
        upstreams = [await on_the_way(url) for part, url in urls.items() if role_of(part) is Role.API]
        log = logs.absolute() / BUILTIN_LOG if settings.gateway.tries > 1 else None
        behind = logging_to(in_front_of(settings, upstreams), log)
        port = ports.of(Role.GATEWAY)
        launches = [
            gateway_launch(gateway, settings.gateway, upstreams, port=port, work=directory, logs=logs)
            if part == Role.GATEWAY and gateway is not GatewayKind.BUILTIN
            else reference_launch(
                part,
                on_ports(behind, api=ports.of(part if part in urls else Role.API), gateway=port),
                directory,
                _command(commands, part),
                urls.get(part),
            )
            for part in named
        ]
        async with open_parts(launches, logs, together=True, start=start) as parts:
            yield parts


def _command(commands: Mapping[str, PartCommand], part: str) -> PartCommand:
    return commands.get(part) or commands.get(role_of(part), PartCommand())
