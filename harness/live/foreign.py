"""A service that is not the reference pipeline: its files are written, its parts started, its clusters named to it."""

import os
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from connector.values import replace
from harness.errors import ServiceUnavailable
from harness.live.cleaner import end_processes_of, marked
from harness.live.free_ports import FreePorts
from harness.live.launch import Launch
from harness.live.parts import open_parts
from harness.live.process import PartProcess
from harness.live.python_part import as_process
from harness.python_path import user_environment
from harness.scenario.service_spec import PartSpec, ProbeKind, ReadyProbe, ServiceSpec
from harness.service.foreign_files import ClusterFiles, TemplateFields, write_files

__all__ = ["open_foreign_parts"]


@asynccontextmanager
async def open_foreign_parts(
    spec: ServiceSpec, directory: Path, clusters: ClusterFiles, *, logs: Path
) -> AsyncIterator[tuple[str, Mapping[str, PartProcess]]]:
    """Write the service's files, start its parts, and give the URL at which its clients find it; end all of it, with
    whatever it has started itself, however the context ends.

    directory: the run's own. logs: for what its parts print. Raises `ServiceUnavailable` where a part does not come up.
    """
    work = directory / "work"
    work.mkdir(mode=0o700)
    with FreePorts() as ports:
        fields = TemplateFields(work=work, clusters=clusters, port_of=ports.of)
        write_files(spec.files, fields)
        launches = [_launch(as_process(part), spec.beside, fields, directory) for part in spec.parts]
        try:
            async with open_parts(launches, logs) as parts:
                yield fields.fill(spec.url), parts
        finally:
            if launches:
                end_processes_of(str(directory))


def _launch(part: PartSpec, beside: Path, fields: TemplateFields, directory: Path) -> Launch:
    folder = (beside / part.folder).absolute()
    given = {name: fields.fill(value) for name, value in part.environment.items()}
    environment = {**user_environment(), "PYTHONUNBUFFERED": "1", **given, **fields.clusters.environment}
    program, *arguments = map(fields.fill, part.command)
    return Launch(
        part=part.name,
        command=(_found(part.name, program, folder, environment.get("PATH")), *arguments),
        environment=marked(environment, directory),
        folder=folder,
        ready=None if part.ready is None else replace(part.ready, target=_target(part.ready, fields)),
        stop=part.stop,
    )


def _found(part: str, program: str, folder: Path, path: str | None) -> str:
    """The program as an absolute path: beside the part's folder where it has a slash, else on PATH."""
    found = shutil.which(os.path.join(folder, program) if os.sep in program else program, path=path)
    if found is None:
        raise ServiceUnavailable(f"the {part} cannot start: there is no program {program!r} in {folder} or on PATH")
    return os.path.abspath(found)


def _target(probe: ReadyProbe, fields: TemplateFields) -> str:
    target = probe.target if probe.kind is ProbeKind.LOG else fields.fill(probe.target)
    if probe.kind is ProbeKind.PORT and not target.isdecimal():
        raise ServiceUnavailable(f"ready: {target!r} is not a port")
    return target
