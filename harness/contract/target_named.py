"""A target as the command line names it: a fake, an address, a target file, or a file of served clusters."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from connector.dialects import load_dialect
from connector.targets import Target, read_targets
from fake_clusters.profiles import PROFILES
from harness.contract.defects import DEFECTS
from harness.contract.defects.defect import NO_DEFECT
from harness.contract.fakes import fake_target
from harness.contract.target import ContractTarget
from harness.contract.target_file import read_target
from harness.errors import InputProblems

__all__ = ["FAKE", "NamedTarget", "open_target"]

FAKE = "fake"
_SCHEME = "ssh"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTarget:
    """The words of the command line. cluster: of a file with several. defect: the clause that a fake is to break."""

    name: str
    dialect: str | None = None
    profile: str | None = None
    key: Path | None = None
    known_hosts: Path | None = None
    host_key: str | None = None
    cluster: str | None = None
    defect: str | None = None

    @property
    def lives_in_this_process(self) -> bool:
        return self.name == FAKE


@asynccontextmanager
async def open_target(named: NamedTarget) -> AsyncIterator[ContractTarget]:
    """Raises `InputProblems`, and what reading files and starting a fake raises."""
    _check_options(named)
    if named.name == FAKE:
        async with _fake(named) as target:
            yield target
    elif named.name.startswith(f"{_SCHEME}:"):
        yield _at_address(named)
    elif named.name.endswith(".toml"):
        yield read_target(Path(named.name))
    elif named.name.endswith(".json"):
        yield _served(named)
    else:
        raise _problem(
            f"{named.name!r} is no target; accepted: fake, ssh://USER@HOST:PORT, a target file (.toml), "
            "or the clusters.json of served clusters"
        )


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
    names = ", ".join(targets)
    if named.cluster is None and len(targets) != 1:
        raise _problem(f"{named.name} has several clusters; choose one with --cluster: {names}")
    target = targets.get(named.cluster) if named.cluster else next(iter(targets.values()))
    if target is None:
        raise _problem(f"{named.name} has no cluster {named.cluster!r}; there are: {names}")
    return ContractTarget(title=target.name, target=target, dialect=load_dialect(named.dialect or target.dialect))


def _check_options(named: NamedTarget) -> None:
    """An option that would do nothing is a mistake."""
    of_fakes = {"--profile": named.profile, "--defect": named.defect}
    of_addresses = {"--key": named.key, "--known-hosts": named.known_hosts, "--host-key": named.host_key}
    fake, address = named.name == FAKE, named.name.startswith(f"{_SCHEME}:")
    for wrong, options, kind in ((not fake, of_fakes, "a fake"), (not address, of_addresses, "an ssh:// address")):
        given = [option for option, value in options.items() if value is not None]
        if wrong and given:
            raise _problem(f"{given[0]} is only for {kind}")
    if named.cluster is not None and not named.name.endswith(".json"):
        raise _problem("--cluster is only for a file of served clusters")
    if named.dialect is not None and named.name.endswith(".toml"):
        raise _problem("--dialect: a target file says its dialect itself")


def _without_password(address: str) -> str:
    scheme, _, rest = address.partition("://")
    return f"{scheme}://…@{rest.rpartition('@')[2]}"


def _problem(message: str) -> InputProblems:
    return InputProblems(f"spoolproof: {message}")
