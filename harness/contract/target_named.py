"""A target as the command line names it: a fake, an address, a target file, a clusters file, or served clusters."""

import argparse
import shlex
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar
from urllib.parse import urlsplit

from connector.dialects import load_dialect
from connector.targets import Target, read_targets
from connector.tomlfile import read_document
from fake_clusters.clusters_file import read_clusters_file
from fake_clusters.profiles import PROFILES
from harness.contract.defects import DEFECTS
from harness.contract.defects.defect import NO_DEFECT
from harness.contract.fakes import fake_target, served_target
from harness.contract.target import ContractTarget
from harness.contract.target_file import read_target
from harness.errors import InputProblems

__all__ = ["FAKE", "NamedTarget", "check_named", "named_in_words", "open_target"]

FAKE = "fake"
_SCHEME = "ssh"
_OPTIONS = ("dialect", "profile", "key", "known_hosts", "host_key", "cluster", "defect")
_PATHS = ("key", "known_hosts")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTarget:
    """The words of the command line. cluster: of a file with several. defect: the clause that a fake is to break.

    A clusters file (`.toml` with `[clusters.…]`) is a fake as that file says, in this process.
    """

    name: str
    dialect: str | None = None
    profile: str | None = None
    key: Path | None = None
    known_hosts: Path | None = None
    host_key: str | None = None
    cluster: str | None = None
    defect: str | None = None

    @property
    def is_address(self) -> bool:
        return self.name.startswith(f"{_SCHEME}:")

    @property
    def is_clusters_file(self) -> bool:
        """Raises `TomlProblems` where a TOML file cannot be read."""
        return self.name.endswith(".toml") and "clusters" in read_document(Path(self.name)).values

    @property
    def lives_in_this_process(self) -> bool:
        """Whether it is a fake that ends with this process. Raises as `is_clusters_file`."""
        return self.name == FAKE or self.is_clusters_file


class _Words(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def named_in_words(line: str) -> NamedTarget:
    """A target with its options in one text, as the command line has them in several words. Raises `InputProblems`."""
    parser = _Words(add_help=False, allow_abbrev=False)
    parser.add_argument("name")
    for option in _OPTIONS:
        parser.add_argument(_spelled(option), type=Path if option in _PATHS else str)
    try:
        return NamedTarget(**vars(parser.parse_args(shlex.split(line))))
    except ValueError as error:
        accepted = ", ".join(map(_spelled, _OPTIONS))
        raise InputProblems(f"{line!r}: {error}; accepted: a target, then {accepted}") from error


def _spelled(option: str) -> str:
    return f"--{option.replace('_', '-')}"


@asynccontextmanager
async def open_target(named: NamedTarget) -> AsyncIterator[ContractTarget]:
    """Raises `InputProblems`, and what reading files and starting a fake raises."""
    check_named(named)
    if named.name == FAKE:
        async with _fake(named) as target:
            yield target
    elif named.is_address:
        yield _at_address(named)
    elif named.is_clusters_file:
        async with _of_clusters_file(named) as target:
            yield target
    elif named.name.endswith(".toml"):
        yield read_target(Path(named.name))
    else:
        yield _served(named)


@asynccontextmanager
async def _fake(named: NamedTarget) -> AsyncIterator[ContractTarget]:
    profile = named.profile or PROFILES[0]
    if profile not in PROFILES:
        raise _problem(f"--profile: there is no profile {profile!r}; accepted: {', '.join(PROFILES)}")
    if named.defect is not None and named.defect not in DEFECTS:
        raise _problem(f"--defect: there is no clause {named.defect!r}; `spoolproof contract clauses` lists them")
    defect = NO_DEFECT if named.defect is None else DEFECTS[named.defect]
    async with fake_target(dialect=named.dialect or "native", profile=profile, defect=defect) as target:
        yield target


@asynccontextmanager
async def _of_clusters_file(named: NamedTarget) -> AsyncIterator[ContractTarget]:
    file = read_clusters_file(Path(named.name))
    spec = _chosen(named, {spec.name: spec for spec in file.specs})
    title = f"{Path(named.name).name}: {spec.name}"
    async with served_target(spec, title=title, rules=file.rules, seed=file.seed) as target:
        yield target


def _at_address(named: NamedTarget) -> ContractTarget:
    wanted = "an address is ssh://USER@HOST:PORT"
    try:
        parts = urlsplit(named.name)
        host, port = parts.hostname, parts.port or 22
    except ValueError as error:
        raise _problem(f"{named.name!r}: {wanted} ({error})") from error
    if not host or not parts.username or parts.password or parts.path.strip("/") or parts.query or parts.fragment:
        more = "; a password stays out of the command line: a target file has `password_env`" if parts.password else ""
        raise _problem(f"{_without_password(named.name)!r}: {wanted}, and nothing else{more}")
    if (named.known_hosts is None) == (named.host_key is None):
        raise _problem("give either --known-hosts FILE or --host-key SHA256:…: whom to trust has to be said")
    target = Target(
        name="target",
        host=host,
        port=port,
        username=parts.username,
        dialect=named.dialect or "native",
        client_key=None if named.key is None else str(named.key),
        known_hosts=None if named.known_hosts is None else str(named.known_hosts),
        host_key=named.host_key,
    )
    return ContractTarget(title=f"{parts.username}@{host}:{port}", target=target, dialect=load_dialect(target.dialect))


def _served(named: NamedTarget) -> ContractTarget:
    targets = {target.name: target for target in read_targets(Path(named.name))}
    target = _chosen(named, targets)
    return ContractTarget(title=target.name, target=target, dialect=load_dialect(named.dialect or target.dialect))


def _chosen(named: NamedTarget, clusters: Mapping[str, T]) -> T:
    """The cluster of a file that is meant."""
    names = ", ".join(clusters)
    if named.cluster is None and len(clusters) != 1:
        raise _problem(f"{named.name} has several clusters; choose one with --cluster: {names}")
    cluster = clusters.get(named.cluster) if named.cluster else next(iter(clusters.values()))
    if cluster is None:
        raise _problem(f"{named.name} has no cluster {named.cluster!r}; there are: {names}")
    return cluster


def check_named(named: NamedTarget) -> None:
    """Whether it can be a target at all; an option that would do nothing is a mistake. Raises `InputProblems`."""
    if not (named.name == FAKE or named.is_address or named.name.endswith((".toml", ".json"))):
        raise _problem(
            f"{named.name!r} is no target; accepted: fake, ssh://USER@HOST:PORT, a target file or a clusters file "
            "(.toml), or the clusters.json of served clusters"
        )
    of_fakes = {"--profile": named.profile, "--defect": named.defect}
    of_addresses = {"--key": named.key, "--known-hosts": named.known_hosts, "--host-key": named.host_key}
    fake, address = named.name == FAKE, named.is_address
    for wrong, options, kind in ((not fake, of_fakes, "a fake"), (not address, of_addresses, "an ssh:// address")):
        given = [option for option, value in options.items() if value is not None]
        if wrong and given:
            raise _problem(f"{given[0]} is only for {kind}")
    if named.cluster is not None and not (named.name.endswith(".json") or named.is_clusters_file):
        raise _problem("--cluster is only for a file of clusters")
    if named.dialect is not None and named.name.endswith(".toml"):
        raise _problem("--dialect: the file says its dialect itself")


def _without_password(address: str) -> str:
    scheme, _, rest = address.partition("://")
    return f"{scheme}://…@{rest.rpartition('@')[2]}"


def _problem(message: str) -> InputProblems:
    return InputProblems(f"spoolproof: {message}")
