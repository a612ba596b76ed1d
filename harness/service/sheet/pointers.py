"""JSON pointers (RFC 6901); the step `*` is the first member, whatever its name."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator

__all__ = ["Pointer", "find", "find_first"]

_WANTED = 'a JSON pointer such as "/share/status", or "" for the whole answer'


def _checked(text: str) -> str:
    if text and not text.startswith("/"):
        raise ValueError(f"{_WANTED} is accepted (got {text!r})")
    return text


Pointer = Annotated[str, AfterValidator(_checked)]


def find(document: object, pointer: str) -> object:
    """What stands there; None where nothing does, or null."""
    for step in pointer.split("/")[1:]:
        document = _step(document, step)
    return document


def find_first(document: object, pointers: Sequence[str]) -> object:
    """What stands at the first of the pointers at which something does; an empty text is nothing."""
    return next((found for pointer in pointers if (found := find(document, pointer)) not in (None, "")), None)


def _step(document: object, step: str) -> object:
    match document:
        case dict() if step == "*":
            return next(iter(document.values()), None)
        case dict():
            return document.get(step.replace("~1", "/").replace("~0", "~"))
        case list() if step == "*":
            return document[0] if document else None
        case list() if step.isdecimal() and step.isascii() and len(step) < 10 and int(step) < len(document):
            return document[int(step)]
        case _:
            return None
