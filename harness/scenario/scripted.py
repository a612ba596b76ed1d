"""A request that a scenario asks for at an instant of its own, beside those that are drawn."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from connector.names import ClusterName
from connector.table import TomlTable
from connector.units import Duration, Size

__all__ = ["ScriptedKind", "ScriptedRequest", "ScriptedTable"]


class ScriptedKind(StrEnum):
    CREATE = "create"
    RESIZE = "resize"
    DELETE = "delete"
    GET = "get"

    @property
    def is_sized(self) -> bool:
        """Whether it names a size."""
        return self in {ScriptedKind.CREATE, ScriptedKind.RESIZE}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedRequest:
    """at: seconds from the start of the load. size: bytes, of a create or a resize. key: the idempotency key; requests
    with one key are tries of one operation. None: a key of its own."""

    at: float
    kind: ScriptedKind
    location: str
    name: str
    size: int | None = None
    key: str | None = None


class ScriptedTable(TomlTable):
    """One request at an instant of its own, whatever the rate is."""

    at: Duration = Field(description="when, from the start of the load")
    kind: ScriptedKind = Field(description="`create`, `resize`, `delete` or `get`")
    location: ClusterName = Field(description="the cluster")
    name: Annotated[str, Field(min_length=1, max_length=255)] = Field(description="of the share")
    size: Annotated[Size, Field(gt=0)] | None = Field(default=None, description="of a create or a resize")
    key: Annotated[str, Field(min_length=1, max_length=255)] | None = Field(
        default=None, description="the idempotency key, such as that of an earlier request; its own if left out"
    )

    @model_validator(mode="after")
    def _sized(self) -> Self:
        if self.kind.is_sized and self.size is None:
            raise ValueError(f"a {self.kind} needs a size")
        if not self.kind.is_sized and self.size is not None:
            raise ValueError(f"a {self.kind} takes no size")
        return self

    def request(self) -> ScriptedRequest:
        return ScriptedRequest(
            at=self.at, kind=self.kind, location=self.location, name=self.name, size=self.size, key=self.key
        )
