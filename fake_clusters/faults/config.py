"""A fault as a scenario file or a request body spells it: one flat table per fault, checked for its kind.

There is one model per kind, made from the kind's parameters, so that an unknown key, a selector that the kind
cannot have and a wrong value are all refused in one place, and editors get a schema that knows each kind.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Annotated, Any, Literal, Self, get_type_hints

from pydantic import (
    AfterValidator,
    Field,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    create_model,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from connector.names import Name
from connector.operations import Verb
from connector.table import Table
from connector.toml_words import did_you_mean
from connector.units import Duration
from fake_clusters.errors import FaultError
from fake_clusters.faults import FAULTS
from fake_clusters.faults.fault import FaultKind
from fake_clusters.faults.rule import FaultRule, Per, Selector
from fake_clusters.plans import CommandPlan

__all__ = ["FaultTable", "Phases"]

Phases = Mapping[str, tuple[float, float]]
"""Named stretches of the schedule: model seconds from and to."""

Positive = Annotated[int, Field(ge=1)]


def _in_order(span: tuple[float, float]) -> tuple[float, float]:
    if span[0] >= span[1]:
        raise ValueError("must begin before it ends")
    return span


class FaultTable(Table):
    """One fault. `FaultTable.model_validate` gives the model of the kind that `fault` names."""

    fault: str = Field(description="which kind; `spoolproof faults` lists them")
    label: Name | None = Field(default=None, description="its name in reports; that of its kind if left out")
    clusters: tuple[str, ...] = Field(default=(), min_length=1, description="where; all if left out")
    between: Annotated[tuple[Duration, Duration], AfterValidator(_in_order)] | None = Field(
        default=None, description="when: from and to, half open"
    )
    phase: str | None = Field(default=None, description="when: during this phase of the schedule")

    @model_validator(mode="wrap")
    @classmethod
    def _as_its_kind(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if cls is FaultTable and isinstance(data, Mapping):
            return _TABLES[_kind_named(data).name].model_validate(data)  # type: ignore[return-value]  # a subclass
        try:
            return handler(data)
        except ValidationError as error:
            details = [_with_accepted(detail, sorted(cls.model_fields)) for detail in error.errors()]
            raise ValidationError.from_exception_data(cls.__name__, details) from error

    @model_validator(mode="after")
    def _one_window(self) -> Self:
        if self.between is not None and self.phase is not None:
            raise ValueError("'between' and 'phase' both say when; give one of them")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        if cls is not FaultTable:
            return handler(core)
        return {"oneOf": [handler(table.__pydantic_core_schema__) for table in _TABLES.values()]}

    @property
    def kind(self) -> FaultKind:
        return FAULTS[self.fault]

    @property
    def name(self) -> str:
        """The label, given or by default."""
        return self.label or self.fault

    def rule(self, phases: Phases | None = None) -> FaultRule:
        """The rule that this table spells. Raises `FaultError` where its phase is not one of `phases`."""
        kind = self.kind
        begins, ends = self._window(phases or {})
        return FaultRule(
            label=self.name,
            kind=kind,
            parameters=kind.parameters(**self._values(field.name for field in fields(kind.parameters))),
            clusters=self.clusters,
            selector=Selector(begins=begins, ends=ends, **self._values(field.name for field in fields(Selector))),
        )

    def _window(self, phases: Phases) -> tuple[float, float]:
        if self.phase is None:
            return self.between or (0.0, float("inf"))
        if self.phase not in phases:
            listing = ", ".join(phases) or "there are no phases here"
            raise FaultError(f"phase: unknown phase {self.phase!r}; accepted: {listing}")
        return phases[self.phase]

    def _values(self, names: Iterable[str]) -> dict[str, Any]:
        """Those of `names` that this kind's table has."""
        return {name: getattr(self, name) for name in names if name in type(self).model_fields}


class CallFaultTable(FaultTable):
    """A fault of single connections, channels or commands."""

    probability: Annotated[float, Field(gt=0, le=1)] = Field(
        default=1.0, description="of each call that all else lets through"
    )
    first: Positive | None = Field(default=None, description="only the first so many")
    every: Positive | None = Field(default=None, description="every Nth matching call")
    attempts: tuple[Positive, ...] = Field(default=(), min_length=1, description="only these tries, from 1")


class CommandFaultTable(CallFaultTable):
    """A fault of single commands."""

    per: Per = Field(default=Per.CLUSTER, description="what `first` and `every` count within")
    keys: tuple[str, ...] = Field(default=(), min_length=1, description="shell patterns of share names, any of them")
    verbs: tuple[Verb, ...] = Field(default=(), min_length=1, description="only these commands")

    @field_validator("verbs")
    @classmethod
    def _verbs_that_it_can_strike(cls, verbs: tuple[Verb, ...], info: ValidationInfo) -> tuple[Verb, ...]:
        kind = FAULTS[info.data["fault"]]
        if kind.verbs and (wrong := [verb for verb in verbs if verb not in kind.verbs]):
            raise ValueError(f"{kind.name} cannot strike {', '.join(wrong)}; accepted: {', '.join(kind.verbs)}")
        return verbs


def _kind_named(data: Mapping[str, Any]) -> FaultKind:
    """Raises `ValidationError` at `fault`."""
    name = data.get("fault")
    if isinstance(name, str) and name in FAULTS:
        return FAULTS[name]
    problem = InitErrorDetails(type="missing", loc=("fault",), input=data)
    if "fault" in data:
        hint, known = did_you_mean(str(name), list(FAULTS)), ", ".join(sorted(FAULTS))
        problem = _custom(f"unknown fault {name!r}{hint}; accepted: {known}", ("fault",), name)
    raise ValidationError.from_exception_data("FaultTable", [problem])


def _with_accepted(detail: Any, accepted: list[str]) -> InitErrorDetails:
    """The same error; an unknown key names the keys of this kind."""
    key = str(detail["loc"][-1]) if detail["loc"] else ""
    if detail["type"] == "extra_forbidden":
        message = f"unknown key{did_you_mean(key, accepted)}; accepted: {', '.join(accepted)}"
        return _custom(message, detail["loc"], detail["input"])
    return InitErrorDetails(type=detail["type"], loc=detail["loc"], input=detail["input"], ctx=detail.get("ctx", {}))


def _custom(message: str, loc: tuple[int | str, ...], given: object) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError("fault", "{text}", {"text": message}), loc=loc, input=given)


def _table_of(kind: FaultKind) -> type[FaultTable]:
    base = FaultTable if kind.standing else CommandFaultTable if kind.plan is CommandPlan else CallFaultTable
    hints = get_type_hints(kind.parameters, include_extras=True)
    parameters: dict[str, Any] = {
        field.name: (hints[field.name], Field(field.default, description=field.metadata["doc"]))
        for field in fields(kind.parameters)
    }
    title = "".join(word.title() for word in kind.name.split("_"))
    name: Any = Literal[kind.name]
    return create_model(f"{title}Table", __base__=base, __doc__=kind.does, fault=(name, ...), **parameters)


_TABLES: dict[str, type[FaultTable]] = {name: _table_of(kind) for name, kind in FAULTS.items()}
