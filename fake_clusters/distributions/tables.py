"""How a distribution is written in TOML: `{ kind = "lognormal", median = 0.2, p99 = "2s" }`; a number is a constant.

There is one pydantic model per kind, made from the distribution's own fields, so that an unknown key and a missing
one are refused by name and editors get a schema that knows each kind.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_type_hints

from pydantic import (
    ConfigDict,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    Tag,
    ValidationInfo,
    create_model,
    model_validator,
)
from pydantic_core import core_schema

from connector.table import TomlTable
from connector.toml_words import did_you_mean
from connector.units import Duration
from fake_clusters.distributions import DISTRIBUTIONS
from fake_clusters.distributions.constant import Constant
from fake_clusters.distributions.distribution import Distribution
from fake_clusters.distributions.empirical import Empirical, read_samples
from fake_clusters.distributions.mixture import Mixture, MixturePart

__all__ = ["BASE", "DistributionTable"]

BASE = "base"
"""The key of pydantic's validation context that holds the directory from which files are named."""

_ACCEPTED = (
    "a distribution is a number of seconds, a duration such as '200ms', or a table whose kind is one of "
    + ", ".join(DISTRIBUTIONS)
)


class _Table(TomlTable):
    model_config = ConfigDict(allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, value: Any) -> Any:
        accepted = [name for name in cls.model_fields if name != "kind"]
        for key in value if isinstance(value, Mapping) else ():
            if key not in cls.model_fields:
                listing = ", ".join(accepted)
                raise ValueError(f"unknown key {key!r}{did_you_mean(str(key), accepted)}; accepted: kind, {listing}")
        return value

    def build(self, base: Path | None) -> Distribution:
        """The distribution that the table spells. Raises `ValueError` where its parameters do not go together."""
        given = {name: getattr(self, name) for name in type(self).model_fields if name != "kind"}
        return DISTRIBUTIONS[self.kind](**given)  # type: ignore[attr-defined]  # each table has `kind`


class _EmpiricalTable(_Table):
    """Samples from a file (one a line, or the named column of a CSV), or right here."""

    kind: Literal["empirical"]
    file: Path | None = Field(None, description="in the folder of the file that names it, or below")
    column: str | None = Field(None, description="of a CSV file with a heading")
    samples: tuple[Duration, ...] | None = Field(None, min_length=1, description="instead of a file")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.file is None) == (self.samples is None):
            raise ValueError("an empirical distribution takes either 'file' or 'samples'")
        if self.column is not None and self.file is None:
            raise ValueError("'column' goes with 'file'")
        return self

    def build(self, base: Path | None) -> Distribution:
        if self.samples is not None:
            return Empirical(samples=self.samples)
        assert self.file is not None
        if base is None:
            raise ValueError("'file' is only for scenario and cluster files; accepted here: 'samples'")
        return Empirical(samples=read_samples(base, self.file, self.column))


class _PartTable(TomlTable):
    weight: float = Field(gt=0, le=1_000_000, allow_inf_nan=False, description="relative to the other parts' weights")
    of: "DistributionTable" = Field(description="the part's own distribution")


class _MixtureTable(_Table):
    """`parts = [{ weight = 9, of = 0.1 }, { weight = 1, of = { kind = "exponential", mean = 5 } }]`"""

    kind: Literal["mixture"]
    parts: tuple[_PartTable, ...]

    def build(self, base: Path | None) -> Distribution:
        return Mixture(parts=tuple(MixturePart(weight=part.weight, of=part.of.made) for part in self.parts))


def _table_of(kind: str, distribution: type[Any]) -> type[_Table]:
    hints = get_type_hints(distribution, include_extras=True)
    fields: dict[str, Any] = {"kind": (Literal[kind], ...)}
    fields |= {
        field.name: (hints[field.name], ... if field.default is dataclasses.MISSING else field.default)
        for field in dataclasses.fields(distribution)
        if field.init
    }
    return create_model(f"{distribution.__name__}Table", __base__=_Table, **fields)


def _tag(value: object) -> str:
    """A bare number or text is a constant's."""
    return str(value.get("kind", "")) if isinstance(value, Mapping) else "number"


def _made(value: Any, info: ValidationInfo) -> "DistributionTable":
    if not isinstance(value, _Table):
        return DistributionTable(Constant(value))
    return DistributionTable(value.build((info.context or {}).get(BASE)))


def _union() -> Any:
    special = {"empirical": _EmpiricalTable, "mixture": _MixtureTable}
    tables = {kind: special.get(kind) or _table_of(kind, made) for kind, made in DISTRIBUTIONS.items()}
    members: list[Any] = [Annotated[table, Tag(kind)] for kind, table in tables.items()]
    return Annotated[
        reduce(or_, members, Annotated[Duration, Tag("number")]),
        Discriminator(_tag, custom_error_type="distribution", custom_error_message=_ACCEPTED),
    ]


_UNION = _union()


@dataclass(frozen=True, slots=True)
class DistributionTable:
    """What pydantic makes of a distribution in TOML; as a field's type it reads a number, a text or a table.

    Files are named from the directory that the validation context holds as `BASE`; without one, none can be named.
    """

    made: Distribution

    def distribution(self) -> Distribution:
        return self.made

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.with_info_after_validator_function(_made, handler.generate_schema(_UNION))


_PartTable.model_rebuild()
