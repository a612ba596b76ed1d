"""A fake cluster as a TOML table: what scenario files and cluster files write, read once into a `ClusterSpec`."""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from math import lcm
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from connector.dialects import DIALECTS, FileDialect, load_dialect
from connector.errors import DialectError
from connector.input_files import resolve_sibling
from connector.operations import Capability, Verb
from connector.table import TomlTable
from connector.toml_words import did_you_mean
from connector.units import Duration, Size
from connector.values import replace
from fake_clusters.distributions.tables import BASE
from fake_clusters.order import LOOKS, Order, OrderKind, Visits
from fake_clusters.profile_table import LatencyPhaseTable, LatencyTable, ProfileTable
from fake_clusters.profiles import PROFILES
from fake_clusters.server.dialects import dialect_named
from fake_clusters.spec import Algorithms, ClusterLimits, ClusterSpec, InitialShare, LoginMethod, LoginSpec

__all__ = ["ClusterTable", "LimitsTable", "LoginTable", "OrderTable", "ShareTable"]

Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Text = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f/][^\x00-\x1f\x7f]*$")]
LongText = Annotated[str, Field(max_length=65_536)]


class LimitsTable(TomlTable):
    """The cluster's limits; where the default is none, there is no limit."""

    commands: Positive = Field(default=8, description="commands in service at once")
    queue: Count | None = Field(default=None, description="commands waiting beyond those; more are refused as busy")
    connections: Positive | None = Field(default=None, description="open connections; more are reset")
    sessions: Positive | None = Field(default=10, description="channels on one connection, as OpenSSH's MaxSessions")
    startups: tuple[Count, Annotated[int, Field(ge=0, le=100)], Count] | None = Field(
        default=None, description="connections not yet logged in, as OpenSSH's MaxStartups: begin, rate, full"
    )
    capacity: Annotated[Size, Field(ge=1)] | None = Field(default=None, description="room for all shares")
    allocation: Annotated[Size, Field(ge=1)] | None = Field(
        default=None, description="a share's size is rounded up to a multiple of it, and shown so"
    )
    share_size: Annotated[Size, Field(ge=1)] | None = Field(default=None, description="quota of one share's size")
    shares: Count | None = Field(default=None, description="quota of shares")
    snapshots: Count | None = Field(default=64, description="quota of snapshots of one share")
    rules: Count | None = Field(default=64, description="quota of access rules of one share")

    @field_validator("startups")
    @classmethod
    def _in_order(cls, startups: tuple[int, int, int] | None) -> tuple[int, int, int] | None:
        if startups is not None and startups[0] > startups[2]:
            raise ValueError(f"startups: begin ({startups[0]}) must not be above full ({startups[2]})")
        return startups

    def limits(self) -> ClusterLimits:
        return ClusterLimits(**dict(self))


class OrderTable(TomlTable):
    """The order in which waiting commands are served. Within a class: in order of arrival."""

    kind: OrderKind = Field(
        default=OrderKind.FIFO,
        description="`fifo` (in order of arrival), `priority` (a class only while no earlier class waits; commands in "
        "service are not interrupted) or `in-turn` (a controller visits the classes in turn and serves "
        "the waiting commands of each)",
    )
    classes: tuple[Annotated[tuple[Verb, ...], Field(min_length=1)], ...] = Field(
        default=(LOOKS,),
        min_length=1,
        description="lists of verbs, the most urgent class first; verbs not named form one last class. Default: "
        "verbs that only read come before verbs that change something",
    )
    switch: Duration = Field(
        default=0.0, description="of `in-turn`: how long the controller takes from one class to the next"
    )
    visits: Visits = Field(
        default=Visits.EXHAUSTIVE,
        description="of `in-turn`: the controller stays with a class until no command of it waits (`exhaustive`), or "
        "serves only the commands that waited when it arrived (`gated`)",
    )

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        self.order()
        given = self.model_fields_set
        if self.kind is OrderKind.FIFO and "classes" in given:
            raise ValueError("'classes' is only for an order of kind 'priority' or 'in-turn'")
        if self.kind is not OrderKind.IN_TURN and (odd := sorted(given & {"switch", "visits"})):
            raise ValueError(f"{odd[0]!r} is only for an order of kind 'in-turn'")
        return self

    def order(self) -> Order:
        """Raises `ValueError` where the values do not go together."""
        return Order(kind=self.kind, classes=self.classes, switch=self.switch, visits=self.visits)


class LoginTable(TomlTable):
    """What a client meets as it logs in over SSH. The service of a scenario logs in with a key."""

    methods: tuple[LoginMethod, ...] = Field(
        default=tuple(LoginMethod),
        min_length=1,
        description="how clients may prove who they are",
    )
    banner: LongText = Field(default="", description="sent before the login")
    motd: LongText = Field(default="", description="the message of the day: shown to terminals after the login")
    password_expired: bool = Field(
        default=False, description="whoever logs in with the password has to choose another one first"
    )


class ShareTable(TomlTable):
    """A share that exists before the first request, such as one of another pipeline."""

    name: Text = Field(description="unique on its cluster")
    size: Annotated[Size, Field(ge=1)] = Field(default=1 << 30, description="its bytes")
    mark: Text | None = Field(default=None, description="such as `spool/STORE/ID`; no mark if left out")


class ClusterTable(TomlTable):
    """One fake cluster: its dialect, its behaviour when nothing is broken, and its limits."""

    dialect: str = Field(
        default="native",
        min_length=1,
        description="the syntax of its commands and replies: a shipped dialect by name, or a `.toml` file in the "
        "folder of the file that names it, or below",
    )
    profile: ProfileTable = Field(
        default=ProfileTable(), description="a shipped profile by name, or a table that starts from one (`base`)"
    )
    latency: LatencyTable = Field(default=LatencyTable(), description="latencies that replace the profile's")
    latency_phases: tuple[LatencyPhaseTable, ...] = Field(
        default=(), description="changes over time, on top of the profile's"
    )
    limits: LimitsTable = Field(default=LimitsTable(), description="its limits")
    order: OrderTable = Field(
        default=OrderTable(), description="the order in which it serves: a kind by name, or a table"
    )
    capabilities: frozenset[Capability] | None = Field(
        default=None, description="the capabilities that it claims; all that the dialect supports if left out"
    )
    algorithms: Algorithms = Field(
        default=Algorithms.MODERN,
        description="what SSH clients may agree on: `modern`, `wide` (what OpenSSH 9 offers, for older clients and for "
        "those bound to FIPS 140), `fips` (what FIPS 140 approves and nothing else) or `legacy` (also SHA-1 "
        "signatures, CBC ciphers and small groups)",
    )
    login: LoginTable = Field(default=LoginTable(), description="what a client meets as it logs in")
    shares: tuple[ShareTable, ...] = Field(default=(), description="the shares that it holds before the first request")

    @field_validator("dialect")
    @classmethod
    def _is_understood(cls, name: str, info: ValidationInfo) -> str:
        """Read here already: a run must not fail only once its clusters start."""
        if name in DIALECTS:
            return name
        if not name.endswith(".toml"):
            accepted = f"{', '.join(DIALECTS)}, or a .toml file in the folder of the file that names it, or below"
            raise ValueError(f"no dialect {name!r}{did_you_mean(name, list(DIALECTS))}; accepted: {accepted}")
        folder = (info.context or {}).get(BASE)
        return name if folder is None else _dialect_file(resolve_sibling(folder, name))

    @field_validator("profile", mode="before", json_schema_input_type=str | ProfileTable)
    @classmethod
    def _by_name(cls, value: Any) -> Any:
        return _spelled_out(value, "base", ProfileTable, f"a profile is a name ({', '.join(PROFILES)}) or a table")

    @field_validator("order", mode="before", json_schema_input_type=OrderKind | OrderTable)
    @classmethod
    def _by_kind(cls, value: Any) -> Any:
        return _spelled_out(value, "kind", OrderTable, f"an order is a kind ({', '.join(OrderKind)}) or a table")

    @model_validator(mode="after")
    def _has_room_to_wait(self) -> Self:
        if self.order.switch > 0 and self.limits.queue == 0:
            raise ValueError("where an order has a 'switch' every command waits; 'limits.queue' must be above 0")
        return self

    @model_validator(mode="after")
    def _holds_its_shares(self) -> Self:
        names = Counter(share.name for share in self.shares)
        if twice := [name for name, count in names.items() if count > 1]:
            raise ValueError(f"shares: {twice[0]!r} is there twice; a name is unique on its cluster")
        used, limits = sum(share.size for share in self.shares), self.limits
        if limits.shares is not None and len(self.shares) > limits.shares:
            raise ValueError(f"shares: {len(self.shares)} are more than 'limits.shares', {limits.shares}")
        if limits.capacity is not None and used > limits.capacity:
            raise ValueError(f"shares: {used} bytes are more than 'limits.capacity', {limits.capacity}")
        return self

    @model_validator(mode="after")
    def _tells_what_it_claims(self) -> Self:
        dialect = _dialect(self.dialect)
        if self.capabilities is None or dialect is None or dialect.knows(Verb.CAPABILITIES):
            return self
        if self.capabilities & dialect.capabilities != dialect.capabilities:
            claims = ", ".join(sorted(dialect.capabilities))
            raise ValueError(
                f"capabilities: the dialect {dialect.name} has no command that tells them, so that clients take all of "
                f"its own for granted: {claims}; leave the key out"
            )
        return self

    def spec(self, name: str) -> ClusterSpec:
        """The cluster of that name."""
        profile = self.latency.over(self.profile.profile())
        latency_phases = (*profile.latency_phases, *(table.phase() for table in self.latency_phases))
        return ClusterSpec(
            name=name,
            dialect=self.dialect,
            profile=replace(profile, latency_phases=latency_phases),
            limits=self._limits(),
            order=self.order.order(),
            capabilities=self.capabilities,
            algorithms=self.algorithms,
            login=LoginSpec(**dict(self.login)),
            shares=tuple(InitialShare(**dict(share)) for share in self.shares),
        )

    def _limits(self) -> ClusterLimits:
        """What no command of the dialect can tell, its cluster rounds."""
        limits, dialect = self.limits.limits(), _dialect(self.dialect)
        step = 1 if dialect is None else dialect.size_step
        return limits if step == 1 else replace(limits, allocation=lcm(step, limits.allocation or 1))


def _dialect(name: str) -> FileDialect | None:
    """None: of a file that is not there."""
    if name in DIALECTS:
        return dialect_named(name)
    path = Path(name)
    return _read_dialect(path, _stamp(path)) if path.is_file() else None


def _stamp(path: Path) -> tuple[int, ...]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def _dialect_file(path: Path) -> str:
    """Raises `ValueError` with what is wrong in the file, and where."""
    try:
        _read_dialect(path, _stamp(path))
    except DialectError as error:
        raise ValueError("; ".join(str(error).splitlines())) from error
    return str(path)


@lru_cache(maxsize=16)
def _read_dialect(path: Path, stamp: tuple[int, ...]) -> FileDialect:
    """Once for many clusters: reading one takes 30 ms. stamp: another one when the file has changed."""
    return load_dialect(path)


def _spelled_out(value: Any, key: str, table: type[TomlTable], accepted: str) -> Any:
    """A name alone stands for the table in which that key has it. Raises `ValueError` for what is neither."""
    if not isinstance(value, str | Mapping | table):
        raise ValueError(accepted)
    return {key: value} if isinstance(value, str) else value
