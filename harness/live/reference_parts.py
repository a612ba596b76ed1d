"""The parts of the reference pipeline as processes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.live.cleaner import run_environment
from harness.live.free_ports import FreePorts
from harness.live.launch import Launch
from harness.live.parts import open_parts
from harness.live.process import PartProcess
from harness.python_path import python_module
from harness.scenario.roles import Role
from harness.scenario.service_spec import ProbeKind, ReadyProbe
from harness.service.reference import (
    OnTheWay,
    PipelineSettings,
    as_it_is,
    in_front_of,
    on_ports,
    roles_of,
    write_settings,
)

__all__ = ["PartCommand", "open_reference_parts", "reference_launch"]

_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartCommand:
    """How a part is started. module: run with `python -m`. extra: further arguments, such as overrides."""

    module: str = "pipeline"
    extra: tuple[str, ...] = ()


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


def reference_launch(
    part: Role, settings: PipelineSettings, directory: Path, command: PartCommand, url: str | None
) -> Launch:
    """How a part is started with these settings, which are written to its file."""
    config, ready = directory / f"{part}.toml", directory / f"{part}.ready.json"
    write_settings(config, settings)
    own = ("--config", str(config), "--parts", part, "--ready", str(ready), "--log-level", "warning")
    return Launch(
        part=part.value,
        command=tuple(python_module(command.module, *own, *command.extra)),
        environment=run_environment(directory),
        ready=ReadyProbe(kind=ProbeKind.FILE, target=str(ready)),
        url=url,
    )
