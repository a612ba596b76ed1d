"""Single values as JSON has them: texts, numbers, switches, and lists of rules."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connector.dialects.json_document import kind_of, take
from connector.dialects.places import Places, TextPlace
from connector.dialects.rows import OPTIONAL
from connector.dialects.sizes import UNITS
from connector.dialects.values import Codec
from connector.operations import AccessRule

__all__ = ["NATIVE", "JsonValue", "field_of", "json_value"]

NATIVE: dict[str, type] = {"size": int, "complete": bool}
"""Fields that JSON has a type of its own for; the others are texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonValue:
    """Both directions of a field; `read` raises `ValueError`."""

    write: Callable[[Any], object]
    read: Callable[[object], Any]


def field_of(name: str, places: Places) -> str:
    """The field that a name of a place tells: of `size_mib`, the size."""
    return places.by_name[name].field if _is_size_in_one_unit(name, places) else name


def json_value(field: str, places: Places, *, as_text: bool) -> JsonValue:
    """as_text: it is a text though JSON has a type for it."""
    if field in places.own:
        return JsonValue(write=_as_it_is, read=_own)
    if field == "rules":
        return _rules(places)
    if _is_size_in_one_unit(field, places):
        return _in_one_unit(places.by_name[field])
    if field in NATIVE and not as_text:
        return JsonValue(write=_as_it_is, read=_typed(field, NATIVE[field]))
    value = _spelled(places.codecs[field])
    return _optional(value) if field in OPTIONAL and OPTIONAL[field] is None else value


def _spelled(codec: Codec) -> JsonValue:
    """As text in a cell is."""
    if codec.read is str:
        return JsonValue(write=codec.write, read=_text)
    return JsonValue(write=codec.write, read=lambda value: codec.read(_text(value)))


def _optional(known: JsonValue) -> JsonValue:
    return JsonValue(
        write=lambda value: None if value is None else known.write(value),
        read=lambda value: None if value is None else known.read(value),
    )


def _is_size_in_one_unit(name: str, places: Places) -> bool:
    place = places.by_name.get(name)
    return place is not None and place.field == "size" and name.removeprefix("size_") in UNITS


def _in_one_unit(place: TextPlace) -> JsonValue:
    number = _typed(place.name, int)

    def read(value: object) -> object:
        found: dict[str, Any] = {}
        place.read(str(number(value)), found)
        return found["size"]

    return JsonValue(write=lambda size: int(place.write({"size": size})), read=read)


def _as_it_is(value: object) -> object:
    return value


def _own(value: object) -> str:
    if isinstance(value, dict | list):
        raise ValueError(f"{kind_of(value)} where a single value was expected")
    return str(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{kind_of(value)} where a text was expected")
    return value


def _typed(field: str, kind: type) -> Callable[[object], Any]:
    def read(value: object) -> object:
        if type(value) is not kind or (isinstance(value, int) and value < 0):
            raise ValueError(f"{kind_of(value)} is not a {field}")
        return value

    return read


def _rules(places: Places) -> JsonValue:
    access = places.codecs["access"]

    def write(rules: tuple[AccessRule, ...]) -> object:
        return [{"client": rule.client, "access": access.write(rule.access)} for rule in rules]

    def read(value: object) -> tuple[AccessRule, ...]:
        if not isinstance(value, list):
            raise ValueError(f"{kind_of(value)} where a list of rules was expected")
        taken = [take({"client": "{client}", "access": "{access}"}, entry) for entry in value]
        return tuple(
            AccessRule(client=_text(rule["{client}"]), access=access.read(_text(rule["{access}"]))) for rule in taken
        )

    return JsonValue(write=write, read=read)
