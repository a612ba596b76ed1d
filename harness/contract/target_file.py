"""A target as a TOML file: where the connector is, and what is declared of it."""

import os
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from connector.dialects import DIALECTS, load_dialect
from connector.errors import TomlProblems
from connector.input_files import resolve_sibling
from connector.names import Name
from connector.operations import Capability
from connector.protocol import Deadlines
from connector.table import TomlTable
from connector.targets import Target
from connector.tomlfile import TomlDocument, read_document
from connector.units import Duration, Size
from harness.contract.clauses import CLAUSES
from harness.contract.exemptions import Exemption
from harness.contract.target import AfterTimeout, ContractParameters, ContractTarget, TargetLimits

__all__ = ["ContractTargetTable", "read_target"]

Positive = Annotated[int, Field(ge=1)]
Seconds = Annotated[Duration, Field(gt=0)]
Bytes = Annotated[Size, Field(ge=1)]
_DEADLINES, _LIMITS, _PARAMETERS = Deadlines(), TargetLimits(), ContractParameters()


class SshTable(TomlTable):
    """Where the connector listens, and how to log in."""

    host: str = Field(min_length=1, description="its name or address")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(default=22, description="its port")
    username: str = Field(min_length=1, description="who logs in")
    key: str | None = Field(default=None, description="a private key without a passphrase, relative to this file")
    password_env: str | None = Field(default=None, description="the environment variable that holds the password")
    known_hosts: str | None = Field(default=None, description="a file of host keys, relative to this file")
    host_key: str | None = Field(
        default=None, pattern="^SHA256:", description="the fingerprint of the host key, instead of `known_hosts`"
    )

    @model_validator(mode="after")
    def _trusts_somebody(self) -> Self:
        if (self.known_hosts is None) == (self.host_key is None):
            raise ValueError("needs either known_hosts or host_key: whom to trust has to be said")
        return self


class LimitsOfTargetTable(TomlTable):
    """What the connector says that it bears. What is not declared is not asked."""

    name_bytes: Positive | None = Field(default=None, description="bytes of the longest name")
    sessions: Positive | None = Field(default=None, description="sessions on one connection")
    connections: Annotated[int, Field(ge=4)] | None = Field(default=None, description="connections at once")
    commands: Positive | None = Field(default=None, description="commands that are served at once")
    share_size: Bytes | None = Field(default=None, description="bytes of the largest share")
    rounding: Bytes = Field(default=_LIMITS.rounding, description="a size is rounded up to a multiple of it")
    idle: Seconds = Field(default=_LIMITS.idle, description="how long a connection may be quiet")


class ParametersTable(TomlTable):
    """What the suite asks with."""

    size: Bytes = Field(default=_PARAMETERS.size, description="of the shares that it makes")
    larger: Bytes = Field(default=_PARAMETERS.larger, description="what they are resized to")
    client: str = Field(default=_PARAMETERS.client, min_length=1, description="who is allowed to use a share")
    other_client: str = Field(default=_PARAMETERS.other_client, min_length=1, description="and another one")
    settle: Seconds = Field(
        default=_PARAMETERS.settle,
        description="the fence: how long after its caller has gone a command may act",
    )
    clause: Seconds = Field(default=_PARAMETERS.clause, description="the longest that one clause may take")
    repeats: Annotated[int, Field(ge=2, le=50)] = Field(
        default=_PARAMETERS.repeats, description="how many commands at once, and how often one is repeated"
    )

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if self.larger <= self.size:
            raise ValueError(f"larger ({self.larger}) must be above size ({self.size})")
        if self.client == self.other_client:
            raise ValueError(f"client and other_client must be two, not both {self.client!r}")
        return self


class DeadlinesTable(TomlTable):
    """How long each phase of a command may take."""

    connect: Seconds = Field(default=_DEADLINES.connect, description="TCP")
    login: Seconds = Field(default=_DEADLINES.login, description="banner, key exchange, authentication")
    channel: Seconds = Field(default=_DEADLINES.channel, description="a session")
    command: Seconds = Field(default=_DEADLINES.command, description="the command, to the end of its reply")


class ExemptionTable(TomlTable):
    """A clause that the connector is known not to keep. One whose clause passes is a failure, and so is one that is
    over."""

    clause: str = Field(description="the id of the clause")
    scope: str = Field(min_length=1, description="a shell pattern of the titles of targets that it is for")
    reason: str = Field(min_length=10, description="why it is accepted")
    expires: date = Field(description="its last day, such as 2027-06-30")

    @field_validator("clause")
    @classmethod
    def _is_a_clause(cls, clause: str) -> str:
        ids = [each.id for each in CLAUSES]
        if clause not in ids:
            near = get_close_matches(clause, ids, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else "; `spoolproof contract clauses` lists them"
            raise ValueError(f"there is no clause {clause!r}{hint}")
        return clause


class ContractTargetTable(TomlTable):
    """A connector that the suite is run against."""

    title: Name = Field(description="how reports call it")
    dialect: str = Field(
        default="native", description="a shipped dialect by name, or a `.toml` file in the folder of this file"
    )
    capabilities: frozenset[Capability] | None = Field(
        default=None, description="those that it has to have; if left out, those that it reports itself"
    )
    after_timeout: AfterTimeout | None = Field(
        default=None, description="what becomes of a command whose caller has gone"
    )
    ssh: SshTable = Field(description="see below")
    limits: LimitsOfTargetTable = Field(default=LimitsOfTargetTable(), description="see below")
    parameters: ParametersTable = Field(default=ParametersTable(), description="see below")
    deadlines: DeadlinesTable = Field(default=DeadlinesTable(), description="see below")
    exemptions: tuple[ExemptionTable, ...] = Field(default=(), description="see below")


def read_target(path: Path, *, environ: Mapping[str, str] = os.environ) -> ContractTarget:
    """Raises `TomlProblems` and `DialectError`."""
    document = read_document(path)
    table = document.validate(ContractTargetTable)
    return ContractTarget(
        title=table.title,
        target=_target(table, document, path.parent, environ),
        dialect=load_dialect(_dialect(table.dialect, document, path.parent)),
        claims=table.capabilities,
        after_timeout=table.after_timeout,
        limits=TargetLimits(**dict(table.limits)),
        parameters=ContractParameters(**dict(table.parameters)),
        deadlines=Deadlines(**dict(table.deadlines)),
        exemptions=tuple(Exemption(**dict(each)) for each in table.exemptions),
    )


def _target(table: ContractTargetTable, document: TomlDocument, folder: Path, environ: Mapping[str, str]) -> Target:
    ssh = table.ssh
    if ssh.password_env is not None and ssh.password_env not in environ:
        message = f"the environment variable {ssh.password_env} is not set"
        raise TomlProblems((document.problem(("ssh", "password_env"), message),))
    return Target(
        name="target",
        host=ssh.host,
        port=ssh.port,
        dialect=table.dialect,
        username=ssh.username,
        password=environ[ssh.password_env] if ssh.password_env else None,
        client_key=None if ssh.key is None else str(folder / Path(ssh.key).expanduser()),
        host_key=ssh.host_key,
        known_hosts=None if ssh.known_hosts is None else str(folder / Path(ssh.known_hosts).expanduser()),
    )


def _dialect(name: str, document: TomlDocument, folder: Path) -> str | Path:
    if name in DIALECTS or not name.endswith(".toml"):
        return name
    try:
        return resolve_sibling(folder, name)
    except ValueError as error:
        raise TomlProblems((document.problem(("dialect",), str(error)),)) from error
