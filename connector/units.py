"""Durations and sizes as people write them, read at the edges: `"200ms"` is 0.2 seconds, `"10 GiB"` is bytes."""

import math
import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field

__all__ = ["WANTED_DURATION", "Duration", "Size", "parse_duration", "parse_size"]

_SECONDS: Mapping[str, float] = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_BYTES: Mapping[str, int] = {
    "b": 1,
    **{f"{letter}b": 1000**power for power, letter in enumerate("kmgtp", start=1)},
    **{f"{letter}ib": 1024**power for power, letter in enumerate("kmgtp", start=1)},
}
_QUANTITY = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]+)", re.ASCII)
_LONGEST_DAYS = 3650
"""Ten years; anything longer is a slip, and sums of such would be no instants any more."""
_LONGEST = _LONGEST_DAYS * _SECONDS["d"]
WANTED_DURATION = 'a duration is a number of seconds, 0 or more, or a text such as "200ms", "1.5s", "2m", "1h"'
_WANTED_SIZE = 'a size is a whole number of bytes, 0 or more, or a text such as "500 MB", "10 GiB"'


def parse_duration(value: object) -> float:
    """Seconds. Raises `ValueError` saying what is accepted."""
    if isinstance(value, str):
        number, unit = _split(value, WANTED_DURATION)
        if unit not in _SECONDS:
            raise ValueError(f"{WANTED_DURATION}; the units are {', '.join(_SECONDS)}, not {unit!r}")
        return _bounded(float(number) * _SECONDS[unit], value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise ValueError(f"{WANTED_DURATION}, not {value!r}")
    return _bounded(value, value)


def _bounded(seconds: float, written: object) -> float:
    if seconds > _LONGEST:
        shown = repr(written)
        raise ValueError(
            f"a duration is at most {_LONGEST_DAYS}d, not {shown if len(shown) < 60 else shown[:57] + '…'}"
        )
    return float(seconds)


def parse_size(value: object) -> int:
    """Bytes. Raises `ValueError` saying what is accepted."""
    if isinstance(value, str):
        number, unit = _split(value, _WANTED_SIZE)
        if unit.lower() not in _BYTES:
            raise ValueError(f"{_WANTED_SIZE}; the units are B, kB to PB and KiB to PiB, not {unit!r}")
        whole, _, decimals = number.partition(".")
        scale: int = 10 ** len(decimals)
        size, rest = divmod(int(whole + decimals) * _BYTES[unit.lower()], scale)
        if rest:
            raise ValueError(f"{_WANTED_SIZE}; {value!r} is not a whole number of bytes")
        return size
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{_WANTED_SIZE}, not {value!r}")
    return value


def _split(text: str, wanted: str) -> tuple[str, str]:
    found = _QUANTITY.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{wanted}, not {text!r}")
    return found[1], found[2]


_Number = Annotated[float, Field(ge=0, le=_LONGEST)]

Duration = Annotated[float, BeforeValidator(parse_duration, json_schema_input_type=_Number | str)]
"""A pydantic field of seconds that also reads texts such as `"200ms"`."""

Size = Annotated[int, BeforeValidator(parse_size, json_schema_input_type=int | str)]
"""A pydantic field of bytes that also reads texts such as `"10 GiB"`."""
