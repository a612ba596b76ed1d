"""Shams of parts, as a world starts them."""

from pathlib import Path

from connector.values import replace
from harness.live.free_ports import FreePorts
from harness.live.part_command import PartCommand
from harness.live.process import PartProcess
from harness.live.reference_launch import reference_launch
from harness.live.spawned import StartProcess, spawn
from harness.scenario.roles import Role
from harness.service.reference import on_ports
from pipeline.settings import PipelineSettings
from tests.harness.live import sham_part

__all__ = ["SHAM", "sham"]

SHAM = sham_part.__name__


def sham(
    directory: Path,
    mode: str,
    part: Role = Role.API,
    *,
    within: float = 20.0,
    stop: float = 20.0,
    start: StartProcess = spawn,
) -> PartProcess:
    """within: seconds until it must be ready. stop: seconds in which it may end. start: how its process is started."""
    ports = FreePorts()
    settings = on_ports(PipelineSettings(), api=ports.of("api"), gateway=ports.of("gateway"))
    command = PartCommand(module=SHAM, extra=("--mode", mode))
    launch = reference_launch(part, settings, directory, command, f"http://127.0.0.1:{ports.of(part)}")
    assert launch.ready is not None
    return PartProcess(replace(launch, ready=replace(launch.ready, within=within), stop=stop), directory, start)
