"""The gateway in front of the service: its settings, as a scenario names them."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from connector.table import TomlTable
from connector.units import Duration
from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.service import GatewaySettings

__all__ = ["LONGEST_OF_HAPROXY", "GatewaySpec", "GatewayTable", "longest_wait"]

Seconds = Annotated[Duration, Field(gt=0)]

LONGEST_OF_HAPROXY = 24 * 86_400.0
"""Seconds: it counts milliseconds in 31 bits."""


class GatewayTable(TomlTable):
    """The gateway in front of the service (live world). Its settings: for the reference pipeline those in
    `[pipeline.gateway]`, for another service the ones here; a service without this table has none of ours."""

    kind: GatewayKind = Field(
        default=GatewayKind.BUILTIN,
        description="`builtin`, or a real one: `nginx` or `haproxy`, started with a configuration that carries these "
        "settings",
    )
    connect: Seconds = Field(default=1.0, description="for a connection to the service")
    read: Seconds = Field(
        default=5.0, description="for one wait: for bytes of the answer, or until the service takes more of the request"
    )
    total: Seconds = Field(default=6.0, description="for the whole request; nginx and haproxy have no such limit")
    max_connections: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=256, description="requests at once; more are answered 503"
    )
    tries: Annotated[int, Field(ge=1, le=100)] = Field(
        default=1,
        description="how often a request is passed on at most: again after a connection that was not made, and, where "
        "it is idempotent, after a timeout or a connection that broke",
    )
    non_idempotent: bool = Field(default=False, description="POST and PATCH as well: they may then be done twice")

    def spec(self) -> "GatewaySpec":
        return GatewaySpec(**self.model_dump())


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySpec:
    """As a `GatewayTable` has it; seconds. For the reference pipeline the kind alone counts."""

    kind: GatewayKind = GatewayKind.BUILTIN
    connect: float = 1.0
    read: float = 5.0
    total: float = 6.0
    max_connections: int = 256
    tries: int = 1
    non_idempotent: bool = False


def longest_wait(kind: GatewayKind, settings: GatewaySettings) -> float:
    """Seconds after which a client has heard of a request, if the answer comes whole: only the built-in gateway bounds
    all of its waits together."""
    if kind is GatewayKind.BUILTIN:
        return settings.total
    return settings.tries * (settings.connect + settings.read)
