"""A service that is not the reference pipeline: its files are written, its parts started, its clusters named to it."""

import os
import shutil
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from connector.atomic_file import write_private
from connector.targets import Target, write_targets
from connector.values import replace
from harness.errors import ServiceUnavailable
from harness.live.cleaner import end_processes_of, marked
from harness.live.free_ports import FreePorts
from harness.live.launch import Launch
from harness.live.parts import open_parts
from harness.live.process import PartProcess
from harness.python_path import user_environment
from harness.scenario.service_spec import PartSpec, ProbeKind, ReadyProbe, ServiceSpec
from harness.scenario.templates import filled

__all__ = ["ClusterFiles", "moved", "open_foreign_parts", "write_cluster_files"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterFiles:
    """What the service is told of its clusters. client_key: of whoever may log in; user: by which name."""

    addresses: Path
    known_hosts: Path
    client_key: Path
    user: str
    targets: Mapping[str, Target]


def moved(known_hosts: str, listening: Sequence[Target], found: Sequence[Target]) -> str:
    """The host keys of the clusters at the addresses at which they are found, which a relay may have changed."""
    for before, after in zip(listening, found, strict=True):
        known_hosts = known_hosts.replace(f"[{before.host}]:{before.port} ", f"[{after.host}]:{after.port} ")
    return known_hosts


def write_cluster_files(folder: Path, targets: Sequence[Target], known_hosts: str) -> ClusterFiles:
    """Write the address file and the host keys, readable by their owner only."""
    addresses, hosts = folder / "clusters.json", folder / "known_hosts"
    write_private(hosts, known_hosts)
    write_targets(addresses, list(targets))
    key = targets[0].client_key
    assert key is not None, "in a live world, who has the client key may log in"
    return ClusterFiles(
        addresses=addresses,
        known_hosts=hosts,
        client_key=Path(key),
        user=targets[0].username,
        targets={target.name: target for target in targets},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fields:
    """The values of template fields. work: the run's own folder."""

    work: Path
    clusters: ClusterFiles
    ports: FreePorts = field(default_factory=FreePorts)

    def fill(self, text: str) -> str:
        return filled(text, self._value)

    def _value(self, word: str, name: str | None) -> str:
        if name is not None:
            target = self.clusters.targets.get(name)
            if word == "host":
                return self.clusters.targets[name].host
            return str(self.ports.of(name) if target is None else target.port)
        return str(
            {
                "python": sys.executable,
                "work": self.work,
                "clusters_file": self.clusters.addresses,
                "known_hosts": self.clusters.known_hosts,
                "client_key": self.clusters.client_key,
                "user": self.clusters.user,
            }[word]
        )


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
    fields = _Fields(work=work, clusters=clusters)
    for file in spec.files:
        _write(work / file.path, fields.fill(file.text))
    launches = [_launch(part, spec.beside, fields, directory) for part in spec.parts]
    try:
        async with open_parts(launches, logs) as parts:
            yield fields.fill(spec.url), parts
    finally:
        if launches:
            end_processes_of(str(directory))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_private(path, text)


def _launch(part: PartSpec, beside: Path, fields: _Fields, directory: Path) -> Launch:
    folder = (beside / part.folder).absolute()
    given = {name: fields.fill(value) for name, value in part.environment.items()}
    environment = {**user_environment(), "PYTHONUNBUFFERED": "1", **given, **_told(fields.clusters)}
    program, *arguments = map(fields.fill, part.command)
    return Launch(
        part=part.name,
        command=(_found(part.name, program, folder, environment.get("PATH")), *arguments),
        environment=marked(environment, directory),
        folder=folder,
        ready=None if part.ready is None else replace(part.ready, target=_target(part.ready, fields)),
        stop=part.stop,
    )


def _told(clusters: ClusterFiles) -> Mapping[str, str]:
    return {
        "SPOOLPROOF_CLUSTERS": str(clusters.addresses),
        "SPOOLPROOF_KNOWN_HOSTS": str(clusters.known_hosts),
        "SPOOLPROOF_CLIENT_KEY": str(clusters.client_key),
        "SPOOLPROOF_USER": clusters.user,
    }


def _found(part: str, program: str, folder: Path, path: str | None) -> str:
    """The program as an absolute path: beside the part's folder where it has a slash, else on PATH."""
    found = shutil.which(os.path.join(folder, program) if os.sep in program else program, path=path)
    if found is None:
        raise ServiceUnavailable(f"the {part} cannot start: there is no program {program!r} in {folder} or on PATH")
    return os.path.abspath(found)


def _target(probe: ReadyProbe, fields: _Fields) -> str:
    target = probe.target if probe.kind is ProbeKind.LOG else fields.fill(probe.target)
    if probe.kind is ProbeKind.PORT and not target.isdecimal():
        raise ServiceUnavailable(f"ready: {target!r} is not a port")
    return target
