"""A rule as a scenario file or a request body spells it: one flat table per kind, made from the keys of the kind.

So an unknown key, a selector that the kind does not take and a wrong value are all refused in one place, and editors
get a schema that knows each kind.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Annotated, Any, ClassVar, Literal, Self

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
from connector.table import TomlTable
from connector.toml_words import did_you_mean
from connector.units import Duration
from fake_clusters.errors import FaultError
from fake_clusters.rules.keys import Key, keys_of
from fake_clusters.rules.rule import ALWAYS, Rule, RuleKind, Window

__all__ = ["LabelledTable", "Phases", "RuleTable", "Span", "WindowedTable", "one_of", "tables_of"]

Phases = Mapping[str, tuple[float, float]]
"""Named stretches of the schedule: model seconds from and to."""


def _in_order(span: tuple[float, float]) -> tuple[float, float]:
    if span[0] >= span[1]:
        raise ValueError("must begin before it ends")
    return span


Span = Annotated[tuple[Duration, Duration], AfterValidator(_in_order)]


class RuleTable(TomlTable):
    """One rule. KINDS: by name, those that `kind` may name."""

    model_config = ConfigDict(allow_inf_nan=False, defer_build=True)

    KINDS: ClassVar[Mapping[str, RuleKind]]
    NOUN: ClassVar[str]

    kind: str

    @property
    def named_kind(self) -> RuleKind:
        return self.KINDS[self.kind]

    @property
    def name(self) -> str:
        """The rule's label, given or by default."""
        return self.kind

    def window(self, phases: Phases) -> Window:
        """When the rule applies. Raises `FaultError` where its phase is not one of `phases`."""
        return ALWAYS

    def rule(self, phases: Phases | None = None) -> Rule[Any, Any]:
        """The rule that this table spells. Raises as `window` does."""
        kind = self.named_kind
        return Rule(
            kind=kind,
            label=self.name,
            window=self.window(phases or {}),
            selector=kind.selector(**self.values(kind.keys)),
            parameters=kind.parameters(**self.values(keys_of(kind.parameters))),
        )

    def values(self, names: Collection[str]) -> dict[str, Any]:
        """By name."""
        return {name: getattr(self, name) for name in names}


class LabelledTable(RuleTable):
    """A rule with a name of its own."""

    label: Name | None = Field(default=None, description="its name in reports; that of its kind if left out")

    @property
    def name(self) -> str:
        return self.label or self.kind


class WindowedTable(LabelledTable):
    """A rule that applies for a window of the schedule."""

    between: Span | None = Field(default=None, description="when: from and to, half open")
    phase: str | None = Field(default=None, description="when: during this phase of the schedule")

    @model_validator(mode="after")
    def _one_window(self) -> Self:
        if self.between is not None and self.phase is not None:
            raise ValueError("'between' and 'phase' both say when; give one of them")
        return self

    def window(self, phases: Phases) -> Window:
        if self.phase is None:
            return ALWAYS if self.between is None else Window(begins=self.between[0], ends=self.between[1])
        if self.phase not in phases:
            listing = ", ".join(phases) or "there are no phases here"
            raise FaultError(f"phase: unknown phase {self.phase!r}; accepted: {listing}")
        begins, ends = phases[self.phase]
        return Window(begins=begins, ends=ends)


def tables_of(base: type[RuleTable], *, without: Collection[str] = ()) -> dict[str, type[RuleTable]]:
    """By name, the table of each of the base's kinds. without: selector keys that it does not take here."""
    return {name: _table_of(name, kind, base, without) for name, kind in base.KINDS.items()}


def _table_of(name: str, kind: RuleKind, base: type[RuleTable], without: Collection[str]) -> type[RuleTable]:
    keys = {**kind.keys, **keys_of(kind.parameters)}
    extra: dict[str, Any] = {key: _field(row) for key, row in keys.items() if key not in without}
    title = "".join(word.title() for word in name.split("_"))
    named: Any = Literal[name]
    return create_model(f"{title}{base.__name__}", __base__=base, __doc__=kind.does, kind=(named, ...), **extra)


def _field(key: Key) -> tuple[Any, Any]:
    default = {} if key.required else {"default": key.default}
    info = Field(description=key.doc, **default)
    return (key.hint, info) if key.check is None else (_ANNOTATED[key.hint, AfterValidator(key.check)], info)


_ANNOTATED: Any = Annotated
"""Where mypy need not understand what is annotated."""


@dataclass(frozen=True, slots=True)
class _OneOf:
    """Pydantic's schema for any of these tables, told apart by `kind`; mistakes name what is accepted."""

    tables: Mapping[str, type[RuleTable]]
    noun: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        union = reduce(or_, self.tables.values())
        return handler.generate_schema(Annotated[union, Field(discriminator="kind"), BeforeValidator(self._known)])

    def _known(self, value: Any) -> Any:
        """Raises `ValidationError` at the key that is wrong."""
        if not isinstance(value, Mapping):
            return value
        if "kind" not in value:
            anywhere = sorted({key for table in self.tables.values() for key in table.model_fields})
            for key in value:
                if key not in anywhere:
                    self._refuse(str(key), "unknown key", str(key), anywhere, value[key])
            missing = InitErrorDetails(type="missing", loc=("kind",), input=value)
            raise ValidationError.from_exception_data(self.noun, [missing])
        kind = value["kind"]
        if kind not in list(self.tables):
            self._refuse("kind", f"unknown {self.noun} {kind!r}", str(kind), list(self.tables), kind)
        accepted = list(self.tables[kind].model_fields)
        for key in value:
            if key not in accepted:
                self._refuse(str(key), "unknown key", str(key), accepted, value[key])
        return value

    def _refuse(self, key: str, what: str, word: str, accepted: list[str], given: object) -> None:
        text = f"{what}{did_you_mean(word, accepted)}; accepted: {', '.join(sorted(accepted))}"
        error = InitErrorDetails(type=PydanticCustomError("rule", "{text}", {"text": text}), loc=(key,), input=given)
        raise ValidationError.from_exception_data(self.noun, [error])


def one_of(base: type[RuleTable], *, without: Collection[str] = ()) -> Any:
    """The annotation with which pydantic reads a table of any of the base's kinds."""
    return _OneOf(tables_of(base, without=without), base.NOUN)
