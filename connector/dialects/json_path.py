"""Where a field stands in a JSON object: a key, or a path such as `/properties/quota/value`."""

from typing import Any

from connector.dialects.form import SheetError
from connector.dialects.json_document import kind_of
from connector.toml_lines import KeyPath

__all__ = ["Steps", "find", "put", "steps_of"]

Steps = tuple[str, ...]


def steps_of(text: str, path: KeyPath) -> Steps:
    """Raises `SheetError`."""
    if text.startswith("/"):
        return tuple(step.replace("~1", "/").replace("~0", "~") for step in text[1:].split("/"))
    if "." in text or not text:
        pointer = "/" + text.replace(".", "/")
        raise SheetError(path, f"{text!r}: a path is written {pointer!r}; a key with a dot in it is written '/{text}'")
    return (text,)


def find(value: object, steps: Steps) -> object:
    """What stands there. Raises `ValueError` where something is missing on the way."""
    for step in steps:
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
            continue
        if not isinstance(value, dict):
            raise ValueError(f"{kind_of(value)} where an object was expected")
        if step not in value:
            raise ValueError(f"the key {step!a} is missing")
        value = value[step]
    return value


def put(document: dict[str, Any], steps: Steps, value: object) -> None:
    """Let it stand there."""
    *outer, last = steps
    inner: Any = document
    for step, following in zip(outer, steps[1:], strict=True):
        inner = _inside(inner, step, [] if following == "0" else {})
    if isinstance(inner, list):
        inner.append(value)
    else:
        inner[last] = value


def _inside(outer: Any, step: str, fresh: Any) -> Any:
    """What stands there, made where it is not there yet."""
    if isinstance(outer, dict):
        return outer.setdefault(step, fresh)
    if not outer:
        outer.append(fresh)
    return outer[0]
