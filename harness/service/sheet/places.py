"""Templates with places: `{name}` in a path, a query, a header or a JSON body, filled for one request.

A text of a body that is nothing but a place takes the value as it is: `"{size}"` becomes a number. `{{` and `}}` are
braces.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

__all__ = ["SIZE_PLACES", "UNITS", "fill_body", "fill_form", "fill_target", "fill_text", "places_in", "size_in"]

UNITS: Mapping[str, int] = {
    "bytes": 1,
    **{f"{letter}B": 1000**power for power, letter in enumerate("kMGTP", start=1)},
    **{f"{letter}iB": 1024**power for power, letter in enumerate("KMGTP", start=1)},
}
"""Bytes of each unit of size."""

SIZE_PLACES: Mapping[str, int] = {"size": 1} | {
    f"size_{unit.lower()}": UNITS[unit] for unit in UNITS if unit != "bytes"
}
"""The places for a size, and the bytes of the unit in which each gives it."""

_PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def places_in(template: object) -> Iterator[str]:
    """The names of all places. Raises `ValueError` for a brace that is alone."""
    match template:
        case str():
            for found in _PLACE.finditer(template):
                if found[0] in {"{", "}"}:
                    raise ValueError(f"a brace is alone in {template!r}; write {{{{ or }}}} for the brace itself")
                if found[1] is not None:
                    yield found[1]
        case dict():
            for value in template.values():
                yield from places_in(value)
        case list():
            for value in template:
                yield from places_in(value)
        case _:
            pass


def size_in(size: int, bytes_of_unit: int) -> int:
    """A size in whole units, rounded up: a share must not be smaller than what was asked."""
    return -(-size // bytes_of_unit)


def fill_text(template: str, values: Mapping[str, object]) -> str:
    """A text with its places filled, as they are."""
    return _fill(template, values, str)


def fill_target(template: str, values: Mapping[str, object]) -> str:
    """Path and query, each quoted as it has to be."""
    path, mark, query = template.partition("?")
    filled = _fill(path, values, lambda value: quote(str(value), safe=""))
    return filled + mark + _fill(query, values, lambda value: quote_plus(str(value)))


def fill_body(template: object, values: Mapping[str, object]) -> Any:
    """A JSON document with its places filled."""
    match template:
        case str():
            whole = _PLACE.fullmatch(template)
            return values[whole[1]] if whole is not None and whole[1] is not None else fill_text(template, values)
        case dict():
            return {key: fill_body(value, values) for key, value in template.items()}
        case list():
            return [fill_body(value, values) for value in template]
        case _:
            return template


def fill_form(fields: Mapping[str, object], values: Mapping[str, object]) -> dict[str, Any]:
    """The fields of a form with their places filled; true and false in lower case."""
    return {name: _spelled(fill_body(field, values)) for name, field in fields.items()}


def _spelled(value: Any) -> Any:
    if isinstance(value, list):
        return [_spelled(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else value


def _fill(template: str, values: Mapping[str, object], spell: Callable[[object], str]) -> str:
    return _PLACE.sub(lambda found: found[0][0] if found[1] is None else spell(values[found[1]]), template)
