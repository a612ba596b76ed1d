"""What a service that is not ours is told: where its clusters are, in its environment and in files written for it."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from connector.atomic_file import write_private
from connector.targets import Target, write_targets
from harness.scenario.service_spec import FileSpec
from harness.scenario.templates import render

__all__ = ["ClusterFiles", "TemplateFields", "known_hosts_place", "moved", "write_cluster_files", "write_files"]

_SSH_PORT = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterFiles:
    """What the service is told of its clusters. client_key: of whoever may log in; user: by which name."""

    addresses: Path
    known_hosts: Path
    client_key: Path
    user: str
    targets: Mapping[str, Target]

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that each part gets."""
        return {
            "SPOOLPROOF_CLUSTERS": str(self.addresses),
            "SPOOLPROOF_KNOWN_HOSTS": str(self.known_hosts),
            "SPOOLPROOF_CLIENT_KEY": str(self.client_key),
            "SPOOLPROOF_USER": self.user,
        }


def moved(known_hosts: str, listening: Sequence[Target], found: Sequence[Target]) -> str:
    """The host keys of the clusters at the addresses at which they are found, which a relay may have changed."""
    for before, after in zip(listening, found, strict=True):
        known_hosts = known_hosts.replace(f"{known_hosts_place(before)} ", f"{known_hosts_place(after)} ")
    return known_hosts


def known_hosts_place(target: Target) -> str:
    """As OpenSSH has it in a file of host keys."""
    return target.host if target.port == _SSH_PORT else f"[{target.host}]:{target.port}"


def write_cluster_files(folder: Path, targets: Sequence[Target], known_hosts: str) -> ClusterFiles:
    """Write the address file and the host keys, readable by their owner only."""
    addresses, hosts = folder / "clusters.json", folder / "known_hosts"
    write_private(hosts, known_hosts)
    write_targets(addresses, list(targets))
    key = targets[0].client_key
    assert key is not None, "who has the client key may log in"
    return ClusterFiles(
        addresses=addresses,
        known_hosts=hosts,
        client_key=Path(key),
        user=targets[0].username,
        targets={target.name: target for target in targets},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFields:
    """The values of template fields. work: the run's own folder. port_of: the port of a name that is no cluster's."""

    work: Path
    clusters: ClusterFiles
    port_of: Callable[[str], int]

    def fill(self, text: str) -> str:
        return render(text, self._value)

    def _value(self, word: str, name: str | None) -> str:
        if name is not None:
            target = self.clusters.targets.get(name)
            if word == "host":
                return self.clusters.targets[name].host
            return str(self.port_of(name) if target is None else target.port)
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


def write_files(files: Iterable[FileSpec], fields: TemplateFields) -> None:
    """Write the files that the scenario has for the service."""
    for file in files:
        path = fields.work / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        write_private(path, fields.fill(file.text))
