"""How a part of the reference pipeline is started as a process."""

from pathlib import Path

from harness.live.cleaner import run_environment
from harness.live.launch import Launch
from harness.live.part_command import PartCommand
from harness.python_path import python_module
from harness.scenario.roles import role_of
from harness.scenario.service_spec import ProbeKind, ReadyProbe
from harness.service.reference import PipelineSettings, open_to_all, write_settings

__all__ = ["reference_launch"]


def reference_launch(
    part: str, settings: PipelineSettings, directory: Path, command: PartCommand, url: str | None
) -> Launch:
    """How a part is started with these settings, which are written to its file."""
    config, ready = directory / f"{part}.toml", directory / f"{part}.ready.json"
    write_settings(config, open_to_all(settings))
    own = ("--config", str(config), "--parts", role_of(part), "--ready", str(ready), "--log-level", "warning")
    module = (command.module, *own, *command.extra)
    return Launch(
        part=part,
        command=tuple(python_module(*module)),
        module=module,
        environment=run_environment(directory),
        ready=ReadyProbe(kind=ProbeKind.FILE, target=str(ready)),
        url=url,
        at_once=command.at_once,
    )
