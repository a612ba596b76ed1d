"""A JSON document with places in it that are filled when written and taken out when read."""

import json
from collections.abc import Mapping
from typing import Any

from connector.dialects.cells import unsurrogate

__all__ = ["dump", "fill", "kind_of", "load", "places_of", "take", "texts_in"]

_KINDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false", int: "a number", type(None): "null"}


_ENCODER = json.JSONEncoder(ensure_ascii=False)


def dump(document: object) -> str:
    return unsurrogate(_ENCODER.encode(document)) + "\n"


def load(text: str) -> object:
    """Raises `ValueError`, for nesting beyond all measure too."""
    try:
        document: object = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return document


def kind_of(value: object) -> str:
    """What a value is, in words; the value itself may be too long or too deep to show."""
    return _KINDS.get(type(value), "a fraction")


def _is_place(text: str) -> bool:
    return text[:1] == "{" and text[-1:] == "}"


def places_of(template: object) -> list[str]:
    """All places in the template, such as `{rows}`, in order."""
    match template:
        case dict():
            return [place for value in template.values() for place in places_of(value)]
        case list():
            return [place for value in template for place in places_of(value)]
        case str() if _is_place(template):
            return [template]
        case _:
            return []


def texts_in(template: object) -> list[str]:
    """All texts in the template, keys included."""
    match template:
        case dict():
            return [*template, *(text for value in template.values() for text in texts_in(value))]
        case list():
            return [text for value in template for text in texts_in(value)]
        case str():
            return [template]
        case _:
            return []


def fill(template: object, places: Mapping[str, object]) -> object:
    """The template with its places filled."""
    match template:
        case dict():
            return {key: fill(value, places) for key, value in template.items()}
        case list():
            return [fill(value, places) for value in template]
        case str():
            return places.get(template, template)
        case _:
            return template


def take(template: object, document: object) -> dict[str, Any]:
    """What stands at the places. Keys that the template does not know are let pass: newer connectors may say more.

    Raises `ValueError` where something that the template says is missing or other.
    """
    if isinstance(template, dict):
        if not isinstance(document, dict):
            raise ValueError(f"{kind_of(document)} where an object was expected")
        taken: dict[str, Any] = {}
        for key, value in template.items():
            if key not in document:
                raise ValueError(f"the key {key!a} is missing")
            taken |= take(value, document[key])
        return taken
    if isinstance(template, str) and _is_place(template):
        return {template: document}
    if isinstance(template, list) and isinstance(document, list) and len(template) == len(document):
        parts = [take(*pair) for pair in zip(template, document, strict=True)]
        return {place: value for part in parts for place, value in part.items()}
    if type(document) is not type(template) or document != template:
        raise ValueError(f"{kind_of(document)} where {template!a} was expected")
    return {}
