"""The file of `spoolproof clusters serve`: which clusters to run, what breaks, who may log in, and where to say so."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from connector.errors import TomlProblems
from connector.names import ClusterName
from connector.output_files import OutputPath, symlink_escapes
from connector.table import TomlTable
from connector.toml_lines import KeyPath
from connector.tomlfile import TomlDocument, read_document
from fake_clusters.config import ClusterTable
from fake_clusters.distributions.tables import BASE
from fake_clusters.faults.config import AnyFault
from fake_clusters.faults.rule import FaultRule
from fake_clusters.spec import Algorithms, ClusterSpec, LoginMethod

__all__ = ["AdminAddress", "Auth", "ClustersFile", "ClustersTable", "clusters_of", "read_clusters_file"]

Port = Annotated[int, Field(ge=0, le=65535)]
Word = Annotated[str, Field(min_length=1)]


class Auth(StrEnum):
    """How clients log in. key: with the client key in the directory of keys; none: no login is asked for."""

    KEY = "key"
    PASSWORD = "password"  # noqa: S105 - the name of a way to log in, not a password
    NONE = "none"


class AdminTable(TomlTable):
    """Where the admin API listens."""

    host: Word = Field(default="127.0.0.1", description="an address that others can reach needs a `token`")
    port: Port = Field(default=0, description="0: any free port")
    token: Annotated[str, Field(min_length=16)] | None = Field(
        default=None, description="made at each start if left out"
    )


class ServedClusterTable(ClusterTable):
    """One fake cluster and its port."""

    port: Port = Field(default=0, description="where it listens; 0: any free port")
    algorithms: Algorithms = Field(
        default=Algorithms.WIDE, description="what SSH clients may agree on: `modern`, `fips`, `wide` or `legacy`"
    )


class ClustersTable(TomlTable):
    """Fake clusters to serve."""

    seed: int = Field(default=0, description="of everything random")
    host: Word = Field(default="127.0.0.1", description="where all clusters listen")
    keys: OutputPath = Field(default=Path("keys"), description="directory of host and client keys, made at first use")
    auth: Auth = Field(default=Auth.KEY, description="how clients log in")
    password: Word | None = Field(default=None, description='with `auth = "password"`; made at each start if left out')
    addresses: OutputPath = Field(default=Path("clusters.json"), description="the address file to write")
    admin: AdminTable = AdminTable()
    clusters: dict[ClusterName, ServedClusterTable] = Field(min_length=1, description="by name")
    faults: tuple[AnyFault, ...] = Field(default=(), description="what breaks, where and when")


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminAddress:
    """Where the admin API is to listen. token None: one is made."""

    host: str = "127.0.0.1"
    port: int = 0
    token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClustersFile:
    """What to serve. addresses: the file that says where; the admin API's own and known_hosts lie next to it."""

    specs: tuple[ClusterSpec, ...]
    keys: Path
    addresses: Path
    rules: tuple[FaultRule, ...] = ()
    ports: Mapping[str, int]
    seed: int = 0
    host: str = "127.0.0.1"
    auth: Auth = Auth.KEY
    password: str | None = None
    admin: AdminAddress = AdminAddress()

    @property
    def known_hosts(self) -> Path:
        return self.addresses.with_name(f"{self.addresses.stem}-known_hosts")

    @property
    def admin_addresses(self) -> Path:
        return self.addresses.with_name(f"{self.addresses.stem}-admin.json")

    @property
    def kept(self) -> Path:
        """The name that a server keeps to itself: all three files have it."""
        return self.addresses.with_suffix("")


_USABLE: Mapping[Auth, frozenset[LoginMethod]] = {
    Auth.KEY: frozenset({LoginMethod.PUBLICKEY}),
    Auth.PASSWORD: frozenset({LoginMethod.PASSWORD, LoginMethod.KEYBOARD_INTERACTIVE}),
    Auth.NONE: frozenset(),
}
"""The methods of a login, one of which has to be on offer."""


def read_clusters_file(path: Path) -> ClustersFile:
    """Relative paths in the file are taken from its own directory. Raises `TomlProblems`, a line for each mistake."""
    return _read(read_document(path), path.parent)


def clusters_of(values: Mapping[str, Any], *, source: str, folder: Path) -> ClustersFile:
    """From the values of such a file. source: stands for it in messages; folder: what relative paths are taken from.

    Raises `TomlProblems`.
    """
    return _read(TomlDocument.of_values(values, source), folder)


def _read(document: TomlDocument, folder: Path) -> ClustersFile:
    table = document.validate(ClustersTable, context={BASE: folder})
    complaints = (*_complaints(table), *_outside(table, folder))
    problems = tuple(document.problem(where, message) for where, message in complaints)
    if problems:
        raise TomlProblems(problems)
    return ClustersFile(
        specs=tuple(cluster.spec(name) for name, cluster in table.clusters.items()),
        keys=folder / table.keys,
        addresses=folder / table.addresses,
        rules=tuple(fault.rule() for fault in table.faults),
        ports={name: cluster.port for name, cluster in table.clusters.items()},
        seed=table.seed,
        host=table.host,
        auth=table.auth,
        password=table.password,
        admin=AdminAddress(**dict(table.admin)),
    )


def _complaints(table: ClustersTable) -> Iterator[tuple[KeyPath, str]]:
    """What the tables cannot see each for itself."""
    if table.password is not None and table.auth is not Auth.PASSWORD:
        yield ("password",), f"is only for auth = 'password', not {table.auth.value!r}"
    yield from _login_complaints(table)
    ports = Counter(cluster.port for cluster in table.clusters.values() if cluster.port)
    for name, cluster in table.clusters.items():
        if ports[cluster.port] > 1:
            yield ("clusters", name, "port"), f"{cluster.port} is asked for twice; 0 is any free port"
    labels: Counter[str] = Counter()
    for index, fault in enumerate(table.faults):
        labels[fault.name] += 1
        if labels[fault.name] == 2:
            yield ("faults", index, "label"), f"{fault.name!r} is taken; give this fault a label of its own"
        if fault.phase is not None:
            yield ("faults", index, "phase"), "is only for scenarios, which have phases; accepted here: between"
        if unknown := [name for name in fault.clusters if name not in table.clusters]:
            known = ", ".join(table.clusters)
            yield ("faults", index, "clusters"), f"unknown cluster {unknown[0]!r}; accepted: {known}"


def _outside(table: ClustersTable, folder: Path) -> Iterator[tuple[KeyPath, str]]:
    for key, path in (("keys", table.keys), ("addresses", table.addresses)):
        if symlink_escapes(folder, path):
            yield (key,), f"{path} is a link that leads out of the folder of this file"
    if table.keys == table.addresses:
        yield ("addresses",), f"{table.addresses} is the folder of keys already; give another name"


def _login_complaints(table: ClustersTable) -> Iterator[tuple[KeyPath, str]]:
    usable, auth = _USABLE[table.auth], table.auth.value
    for name, cluster in table.clusters.items():
        where = ("clusters", name, "login")
        if usable and not usable.intersection(cluster.login.methods):
            accepted = ", ".join(sorted(usable))
            yield (*where, "methods"), f"let nobody in with auth = {auth!r}; needed is one of: {accepted}"
        if cluster.login.password_expired and table.auth is not Auth.PASSWORD:
            yield (*where, "password_expired"), f"is only for auth = 'password', not {auth!r}"
