"""How single values are spelled as text, in command lines and in cells alike."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from connector.dialects.sheet import ValueSheet, listed
from connector.dialects.sizes import read_number, read_size, size_pattern, ungrouped, write_number, write_size
from connector.operations import Access, Capability

__all__ = ["TEXT_FIELDS", "Codec", "codecs_of"]

TEXT_FIELDS = frozenset({"name", "client", "snapshot", "mark", "request_id"})
"""Fields whose text is anybody's: wherever it stands among other text, it is quoted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """Both directions of one value; each raises `ValueError` saying what is accepted. pattern: of its text."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]
    pattern: str | None = None


def codecs_of(sheet: ValueSheet) -> Mapping[str, Codec]:
    """The codec of every field of the contract except `rules`, which are cells of their own."""
    access = _words({word: Access(value) for value, word in sheet.access.items()})
    states = dict.fromkeys(listed(sheet.complete), True) | dict.fromkeys(listed(sheet.incomplete), False)
    patterns: Mapping[str, str] = {str(field): pattern for field, pattern in sheet.patterns.items()}
    return {
        **{field: _text(field, patterns.get(field)) for field in sorted(TEXT_FIELDS)},
        "size": _size(sheet),
        "sequence": Codec(write=write_number, read=read_number, pattern="[0-9]+"),
        "not_after": Codec(write=_write_instant, read=_read_instant, pattern=r"[-+0-9.e]+"),
        "access": access,
        "complete": _words(states),
        "capability": _words({capability.value: capability for capability in Capability}),
    }


def _text(field: str, pattern: str | None) -> Codec:
    if pattern is None:
        return Codec(write=str, read=str)
    compiled = re.compile(pattern)

    def fitting(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError(f"{text[:80]!a} is not a {field} of this connector; accepted: {pattern}")
        return text

    return Codec(write=fitting, read=fitting, pattern=pattern)


def _words(meanings: Mapping[str, Any]) -> Codec:
    """Of several words for one meaning the first is written."""
    spelled = {meaning: word for word, meaning in reversed(tuple(meanings.items()))}

    def read(text: str) -> Any:
        if text not in meanings:
            raise ValueError(f"{text!a} is not one of {', '.join(meanings)}")
        return meanings[text]

    return Codec(write=lambda value: spelled[value], read=read, pattern=_any_of(meanings))


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _write_instant(value: float) -> str:
    return repr(float(value))


def _read_instant(text: str) -> float:
    """`repr` of a float reads back to the very same one, so that nothing is lost on the wire."""
    if not re.fullmatch(r"-?[0-9]{1,20}(\.[0-9]{1,20})?(e[+-]?[0-9]{1,3})?", text):
        raise ValueError(f"{text[:40]!a} is not an instant in Unix seconds")
    return float(text)


def _size(sheet: ValueSheet) -> Codec:
    number, unit = size_pattern(sheet)
    pattern = re.compile(f"({number})({unit})")
    units = sheet.units

    def read(text: str) -> int:
        found = pattern.fullmatch(text)
        if found is None:
            accepted = ", ".join(f"1{unit}" for unit in units)
            raise ValueError(f"{text[:40]!a} is not a size such as {accepted}")
        return read_size(ungrouped(found[1], sheet), found[2], units)

    return Codec(write=lambda value: "".join(write_size(value, sheet)), read=read, pattern=f"{number}(?:{unit})")
