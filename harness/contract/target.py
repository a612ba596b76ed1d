"""The connector that the suite is run against: where it is, and what is declared of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from connector.dialects import FileDialect
from connector.operations import Capability
from connector.protocol import Deadlines
from connector.targets import Target
from harness.contract.exemptions import Exemption

__all__ = ["AfterTimeout", "ContractParameters", "ContractTarget", "TargetLimits"]


class AfterTimeout(StrEnum):
    """What becomes of a command whose caller has gone."""

    FINISHES = "finishes"
    STOPS = "stops"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLimits:
    """What the connector says that it bears; None: it says nothing, and what is about it is not asked.

    name_bytes: of the longest name. sessions: on one connection. connections: at once. commands: that are started
    together without being refused as busy. share_size: of the largest share. rounding: sizes become a multiple of it.
    idle: seconds that a connection may be quiet.
    """

    name_bytes: int | None = None
    sessions: int | None = None
    connections: int | None = None
    commands: int | None = None
    share_size: int | None = None
    rounding: int = 1
    idle: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractParameters:
    """What the suite asks with. Sizes in bytes, the rest in seconds.

    size, larger: of the shares that it makes and resizes. client: who is allowed to use one. settle: the longest that
    an effect may come after its caller has gone (the fence). clause: the longest that one clause may take.
    repeats: how many at once, and how often.
    """

    size: int = 1 << 30
    larger: int = 2 << 30
    client: str = "192.0.2.17"
    other_client: str = "192.0.2.18"
    settle: float = 2.0
    clause: float = 120.0
    repeats: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTarget:
    """title: how reports call it. claims: the capabilities that it has to have; None: those that it reports itself.

    after_timeout: what it declares; None: nothing. exemptions: the clauses that it is known not to keep.
    """

    title: str
    target: Target
    dialect: FileDialect
    claims: frozenset[Capability] | None = None
    after_timeout: AfterTimeout | None = None
    limits: TargetLimits = TargetLimits()
    parameters: ContractParameters = ContractParameters()
    deadlines: Deadlines = field(default_factory=Deadlines)
    exemptions: tuple[Exemption, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
