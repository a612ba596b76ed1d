"""How single values are spelled as text, in command lines and in cells alike."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connector.dialects.sheet import ValueSheet
from connector.operations import Access, Capability

__all__ = ["TEXT_FIELDS", "Codec", "codecs_of"]

TEXT_FIELDS = frozenset({"name", "client", "snapshot", "mark", "request_id"})
"""Fields whose text is anybody's: wherever it stands among other text, it is quoted."""

_DIGITS = 24
"""More than any size or sequence has, and far from where Python refuses to read a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """Both directions of one value; each raises `ValueError` saying what is accepted."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


def codecs_of(sheet: ValueSheet) -> Mapping[str, Codec]:
    """The codec of every field of the contract except `rules`, which are cells of their own."""
    text = Codec(write=str, read=str)
    access = _words({word: Access(value) for value, word in sheet.access.items()})
    return {
        **dict.fromkeys(sorted(TEXT_FIELDS), text),
        "size": _size(sheet.units),
        "sequence": Codec(write=_write_whole, read=_read_whole),
        "not_after": Codec(write=_write_instant, read=_read_instant),
        "access": access,
        "complete": _words({sheet.complete: True, sheet.incomplete: False}),
        "capability": _words({capability.value: capability for capability in Capability}),
    }


def _words(meanings: Mapping[str, Any]) -> Codec:
    spelled = {meaning: word for word, meaning in meanings.items()}

    def read(text: str) -> Any:
        if text not in meanings:
            raise ValueError(f"{text!a} is not one of {', '.join(meanings)}")
        return meanings[text]

    return Codec(write=lambda value: spelled[value], read=read)


def _write_whole(value: int) -> str:
    if not 0 <= value < 10**_DIGITS:
        raise ValueError(f"a number from 0 to 10^{_DIGITS} is accepted")
    return str(value)


def _read_whole(text: str) -> int:
    if not re.fullmatch(rf"[0-9]{{1,{_DIGITS}}}", text):
        raise ValueError(f"{text[:40]!a} is not a whole number")
    return int(text)


def _write_instant(value: float) -> str:
    return repr(float(value))


def _read_instant(text: str) -> float:
    """`repr` of a float reads back to the very same one, so that nothing is lost on the wire."""
    if not re.fullmatch(r"-?[0-9]{1,20}(\.[0-9]{1,20})?(e[+-]?[0-9]{1,3})?", text):
        raise ValueError(f"{text[:40]!a} is not an instant in Unix seconds")
    return float(text)


def _size(units: Mapping[str, int]) -> Codec:
    falling = sorted(units.items(), key=lambda unit: -unit[1])
    pattern = re.compile(rf"([0-9]{{1,{_DIGITS}}})({'|'.join(re.escape(unit) for unit in units)})")

    def write(value: int) -> str:
        unit, factor = next(
            ((unit, factor) for unit, factor in falling if value and value % factor == 0),
            falling[-1],
        )
        return _write_whole(value // factor) + unit

    def read(text: str) -> int:
        found = pattern.fullmatch(text)
        if found is None:
            accepted = ", ".join(f"1{unit}" for unit in units)
            raise ValueError(f"{text[:40]!a} is not a size such as {accepted}")
        return int(found[1]) * units[found[2]]

    return Codec(write=write, read=read)
