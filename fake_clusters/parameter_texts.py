"""The parameters of a fault or a toxic as a reader sees them: what each accepts, its default and what it does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any, get_args, get_type_hints

from connector.units import Duration, Size

__all__ = ["ParameterKind", "ParameterText", "markdown_table", "texts_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterKind:
    """The words for what a hint accepts. seconds: a plain number is a duration."""

    hint: Any
    accepts: str
    seconds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterText:
    """One parameter as a reader sees it."""

    name: str
    accepts: str
    default: str
    doc: str


_ANYWHERE = (
    ParameterKind(hint=Duration, accepts="duration", seconds=True),
    ParameterKind(hint=Size, accepts="size"),
    ParameterKind(hint=bool, accepts="true or false"),
)


def texts_of(parameters: type[Any], kinds: Sequence[ParameterKind]) -> tuple[ParameterText, ...]:
    """Of each field, in order. parameters: a dataclass whose fields carry a `doc`. kinds: those of its own.

    Raises `TypeError` for a field whose hint has no words.
    """
    hints = get_type_hints(parameters, include_extras=True)
    found = ((field, _kind_of(field.name, hints[field.name], parameters, kinds)) for field in fields(parameters))
    return tuple(
        ParameterText(
            name=field.name,
            accepts=kind.accepts,
            default=_default(kind, field.default),
            doc=field.metadata["doc"],
        )
        for field, kind in found
    )


def markdown_table(texts: Sequence[ParameterText]) -> Iterator[str]:
    """Its lines; none for no parameters."""
    if texts:
        yield "| parameter | accepts | default | |\n|---|---|---|---|"
        yield from (f"| `{text.name}` | {text.accepts} | `{text.default}` | {text.doc} |" for text in texts)
        yield ""


def _kind_of(name: str, hint: Any, parameters: type[Any], kinds: Sequence[ParameterKind]) -> ParameterKind:
    for kind in (*kinds, *_ANYWHERE):
        parts = get_args(kind.hint)
        # A parameter may narrow its kind down by a bound.
        if hint == kind.hint or (parts and get_args(hint)[: len(parts)] == parts):
            return kind
    if isinstance(hint, type) and issubclass(hint, Enum):
        return ParameterKind(hint=hint, accepts=", ".join(str(choice.value) for choice in hint))
    spelled = hint.__name__ if isinstance(hint, type) else str(hint)
    raise TypeError(
        f"{parameters.__module__}: {parameters.__name__}.{name} is of type {spelled}, which has no words for readers; "
        "take an enum or a type that has some, or add a ParameterKind for it to the list beside the call of texts_of"
    )


def _default(kind: ParameterKind, value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}s" if kind.seconds else str(value)
