"""A toxic as a scenario file or a request body spells it: one flat table per kind, made from the kind's parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, Self, get_type_hints

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    ValidationError,
    create_model,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError, core_schema

from connector.names import Name
from connector.table import Table
from connector.toml_words import did_you_mean
from connector.units import Duration
from harness.toxics import TOXICS
from harness.toxics.rule import ToxicRule
from harness.toxics.toxic import Direction, Toxic, ToxicKind

__all__ = ["AnyRule", "AnyToxic", "RuleTable", "ToxicTable"]


class ToxicTable(Table):
    """A toxic on a link."""

    model_config = ConfigDict(allow_inf_nan=False)

    toxic: str = Field(description="which kind; `spoolproof toxics` lists them")
    label: Name | None = Field(default=None, description="its name; that of its kind if left out")

    @property
    def kind(self) -> ToxicKind:
        return TOXICS[self.toxic]

    @property
    def name(self) -> str:
        """The label, given or by default."""
        return self.label or self.toxic

    @property
    def parameters(self) -> Any:
        kind = self.kind.parameters
        return kind(**{field.name: getattr(self, field.name) for field in fields(kind)})

    def made(self) -> Toxic:
        """The toxic that this table spells."""
        return Toxic(name=self.name, kind=self.kind, parameters=self.parameters, **self._whom())

    def _whom(self) -> dict[str, Any]:
        """Direction and toxicity, where the kind has them."""
        return {key: getattr(self, key) for key in ("direction", "toxicity") if key in type(self).model_fields}


def _in_order(span: tuple[float, float]) -> tuple[float, float]:
    if span[0] >= span[1]:
        raise ValueError("must begin before it ends")
    return span


class RuleTable(ToxicTable):
    """A toxic of a scenario: it comes to its links and leaves them again."""

    link: str = Field(description="`client-gateway`, `gateway-api`, `processor-CLUSTER`, or `processor-*` for all")
    between: Annotated[tuple[Duration, Duration], AfterValidator(_in_order)] | None = Field(
        default=None, description="when: from and to, half open; during the whole load if left out"
    )
    phase: str | None = Field(default=None, description="when: during this phase of the schedule")

    @model_validator(mode="after")
    def _one_window(self) -> Self:
        if self.between is not None and self.phase is not None:
            raise ValueError("'between' and 'phase' both say when; give one of them")
        return self

    def rule(self, phases: Mapping[str, tuple[float, float]]) -> ToxicRule:
        """The rule that this table spells; its phase must be one of `phases`."""
        begins, ends = phases[self.phase] if self.phase is not None else self.between or (0.0, float("inf"))
        return ToxicRule(
            label=self.name,
            link=self.link,
            kind=self.kind,
            parameters=self.parameters,
            begins=begins,
            ends=ends,
            **self._whom(),
        )


def _table_of(kind: ToxicKind, base: type[ToxicTable]) -> type[ToxicTable]:
    hints = get_type_hints(kind.parameters, include_extras=True)
    extra: dict[str, Any] = {}
    if kind.direction is not None and not kind.standing:
        about = "seen from the side that connects: `up` is what it sends"
        extra["direction"] = (Direction, Field(default=kind.direction, description=about))
    if not kind.standing:
        about = "fraction of connections that it meets"
        extra["toxicity"] = (Annotated[float, Field(ge=0, le=1)], Field(default=1.0, description=about))
    extra |= {
        field.name: (hints[field.name], Field(default=field.default, description=field.metadata["doc"]))
        for field in fields(kind.parameters)
    }
    title = "".join(word.title() for word in kind.name.split("_"))
    name: Any = Literal[kind.name]
    fresh: type[ToxicTable] = create_model(
        f"{title}{base.__name__}", __base__=base, __doc__=kind.does, toxic=(name, ...), **extra
    )
    return fresh


@dataclass(frozen=True, slots=True)
class _OneOf:
    """Pydantic's schema for any of these tables, told apart by `toxic`; mistakes name what is accepted."""

    tables: Mapping[str, type[ToxicTable]]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        union = reduce(or_, self.tables.values())
        return handler.generate_schema(Annotated[union, Field(discriminator="toxic"), BeforeValidator(self._known)])

    def _known(self, value: Any) -> Any:
        """Raises `ValidationError` at the key that is wrong."""
        if not isinstance(value, Mapping) or "toxic" not in value:
            return value
        kind = value["toxic"]
        if kind not in list(self.tables):
            raise _refused("toxic", f"unknown toxic {kind!r}", str(kind), list(self.tables), kind)
        accepted = list(self.tables[kind].model_fields)
        for key in value:
            if key not in accepted:
                raise _refused(str(key), "unknown key", str(key), accepted, value[key])
        return value


def _refused(key: str, what: str, word: str, accepted: list[str], given: object) -> ValidationError:
    text = f"{what}{did_you_mean(word, accepted)}; accepted: {', '.join(sorted(accepted))}"
    error = PydanticCustomError("toxic", "{text}", {"text": text})
    return ValidationError.from_exception_data("toxic", [InitErrorDetails(type=error, loc=(key,), input=given)])


_TOXICS = _OneOf({name: _table_of(kind, ToxicTable) for name, kind in TOXICS.items()})
_RULES = _OneOf({name: _table_of(kind, RuleTable) for name, kind in TOXICS.items()})

AnyToxic = Annotated[ToxicTable, _TOXICS]
"""A toxic of any kind."""

AnyRule = Annotated[RuleTable, _RULES]
"""A rule with a toxic of any kind."""
