"""The parts of the reference pipeline as processes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from harness.live.free_ports import FreePorts
from harness.live.parts import open_parts
from harness.live.process import PartProcess
from harness.live.reference_launch import PartCommand, reference_launch
from harness.scenario.roles import Role
from harness.service.reference import (
    OnTheWay,
    PipelineSettings,
    as_it_is,
    in_front_of,
    on_ports,
    roles_of,
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
) -> AsyncIterator[Mapping[str, PartProcess]]:
    """Start the parts that the design has; end them all, however the context ends.

    commands: how a part is started where it is not the usual way. logs: a folder for what they print. on_the_way: from
    the API's URL to the one at which the gateway shall find it. Raises as `open_parts` does.
    """
    ports = FreePorts()
    urls = {part: f"http://{_HOST}:{ports.of(part)}" for part in (Role.API, Role.GATEWAY)}
    settings = on_ports(settings, api=ports.of(Role.API), gateway=ports.of(Role.GATEWAY))
    behind = in_front_of(settings, await on_the_way(urls[Role.API]))
    launches = [
        reference_launch(part, behind, directory, commands.get(part, PartCommand()), urls.get(part))
        for part in roles_of(settings)
    ]
    async with open_parts(launches, logs or directory, together=True) as parts:
        yield parts
