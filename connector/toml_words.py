"""What pydantic finds wrong, in the words of the author of a TOML file."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

__all__ = ["accepted_keys", "did_you_mean", "message_of"]

_OPENING = "Input should be "
_KINDS = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "dataclass_type": "a table",
    "dict_type": "a table",
    "float_parsing": "a number",
    "float_type": "a number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "list_type": "an array",
    "mapping_type": "a table",
    "model_attributes_type": "a table",
    "model_type": "a table",
    "string_type": "a string",
    "tuple_type": "an array",
}


def message_of(error: ErrorDetails, model: type[BaseModel]) -> str:
    """One sentence: what is accepted, and what was there instead."""
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "missing":
        return "is required"
    if kind == "extra_forbidden":
        return _unknown_key(str(error["loc"][-1]), accepted_keys(model, error["loc"][:-1]))
    if kind in {"value_error", "assertion_error"}:
        return str(context["error"])
    if kind == "too_short":
        least = context["min_length"]
        return f"must have at least {least} {'entry' if least == 1 else 'entries'}"
    if kind in _KINDS:
        return f"must be {_KINDS[kind]}{_got(given)}"
    if kind in {"enum", "literal_error"} and isinstance(given, str):
        return f"must be {context['expected']}{_got(given)}{did_you_mean(given, _quoted(context['expected']))}"
    if kind == "union_tag_invalid":
        accepted = context["expected_tags"]
        return f"{context['discriminator'].strip(chr(39))} must be one of {accepted} (got {context['tag']!r})"
    if kind == "union_tag_not_found":
        return f"needs the key {context['discriminator'].strip(chr(39))}"
    if kind == "string_pattern_mismatch":
        return f"must match {context['pattern']}{_got(given)}"
    text = error["msg"]
    return f"must be {text.removeprefix(_OPENING)}{_got(given)}" if text.startswith(_OPENING) else text


def did_you_mean(word: str, accepted: list[str]) -> str:
    """` (did you mean 'rate'?)` where something accepted is near enough, else nothing."""
    near = get_close_matches(word, accepted, n=1)
    return f" (did you mean '{near[0]}'?)" if near else ""


def accepted_keys(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """The keys that the table at `location` takes, sorted."""
    annotations: list[Any] = [model]
    for step in location:
        annotations = [inner for outer in annotations for inner in _inside(outer, step)]
    keys = {key for annotation in annotations if _is_model(annotation) for key in _fields(annotation)}
    return sorted(keys)


def _unknown_key(key: str, accepted: list[str]) -> str:
    listing = f"; accepted: {', '.join(accepted)}" if accepted else ""
    return f"unknown key{did_you_mean(key, accepted)}{listing}"


def _quoted(expected: str) -> list[str]:
    """The values in pydantic's `'a', 'b' or 'c'`."""
    return expected.replace(" or ", ", ").strip("'").split("', '")


def _got(given: object) -> str:
    """The value as the file's author wrote it, where it is short enough to recognise."""
    if isinstance(given, bool):
        return f" (got {str(given).lower()})"
    if isinstance(given, str | int | float):
        text = repr(given)
        return f" (got {text})" if len(text) <= 60 else f" (got {text[:57]}…)"
    if isinstance(given, Mapping):
        return " (got a table)"
    return " (got an array)" if isinstance(given, list) else ""


def _is_model(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    """Annotations by the key that the file uses."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _inside(annotation: Any, step: str | int) -> Iterator[Any]:
    """What stands at one key or index within a value of this annotation; a step that names a union's branch stays."""
    for leaf in _leaves(annotation):
        if _is_model(leaf):
            fields = _fields(leaf)
            if step in fields:
                yield from _leaves(fields[str(step)])
            elif step == leaf.__name__ or any(step in _choices(inner) for inner in fields.values()):
                yield leaf
        elif (arguments := get_args(leaf)) and isinstance(get_origin(leaf), type):
            yield from _leaves(arguments[-1] if arguments[-1] is not Ellipsis else arguments[0])


def _choices(annotation: Any) -> tuple[Any, ...]:
    """The values of a literal, which tell the branches of a union apart."""
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _leaves(annotation: Any) -> Iterator[Any]:
    """The members of unions and the bare types of annotated ones."""
    origin = get_origin(annotation)
    if hasattr(annotation, "__metadata__"):
        yield from _leaves(get_args(annotation)[0])
    elif origin is None or (isinstance(origin, type) and origin.__name__ not in {"Union", "UnionType"}):
        yield annotation
    else:
        for member in get_args(annotation):
            yield from _leaves(member)
