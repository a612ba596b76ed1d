"""Sizes as commands and replies have them: with a unit, in one unit, or as a number with its unit apart."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

from connector.dialects.sheet import ValueSheet

__all__ = [
    "FAMILIES",
    "UNITS",
    "finish_sizes",
    "read_size",
    "rounded",
    "size_pattern",
    "size_places",
    "ungrouped",
    "write_size",
]

FAMILIES = ("size", "growth", "shrinkage")
"""`growth` and `shrinkage`: bytes by which a resize makes a share larger or smaller, for connectors that want that."""

UNITS: Mapping[str, int] = {
    "b": 1,
    **{f"{letter}b": 1000**power for power, letter in enumerate("kmgtp", start=1)},
    **{f"{letter}ib": 1024**power for power, letter in enumerate("kmgtp", start=1)},
}

DIGITS = 24
"""More than any size or sequence has, and far from where Python refuses to read a number."""

_Write = Callable[[Mapping[str, Any]], str]
_Read = Callable[[str, dict[str, Any]], None]


def rounded(size: int, step: int) -> int:
    """The size, up to the next multiple."""
    return -(-size // step) * step


def write_number(value: int) -> str:
    """Raises `ValueError`."""
    if not 0 <= value < 10**DIGITS:
        raise ValueError(f"a number from 0 to 10^{DIGITS} is accepted")
    return str(value)


def read_number(text: str) -> int:
    """Raises `ValueError`."""
    if not re.fullmatch(rf"[0-9]{{1,{DIGITS}}}", text):
        raise ValueError(f"{text[:40]!a} is not a whole number")
    return int(text)


def write_size(value: int, sheet: ValueSheet) -> tuple[str, str]:
    """Number and unit: the largest unit that loses nothing; where none does, rounded up in the smallest."""
    falling = sorted(sheet.units.items(), key=lambda unit: -unit[1])
    tenths = 10**sheet.fraction
    for unit, factor in falling:
        if value and value % factor == 0:
            return write_number(value // factor), unit
        if sheet.fraction and value >= factor and value * tenths % factor == 0:
            whole, part = divmod(value * tenths // factor, tenths)
            return f"{write_number(whole)}.{part:0{sheet.fraction}}", unit
    unit, factor = falling[-1]
    return write_number(rounded(value, factor) // factor), unit


def read_size(number: str, unit: str, units: Mapping[str, int]) -> int:
    """Bytes; a part of a byte counts as a whole one. number: without signs between its digits."""
    if "." not in number:
        return int(number) * units[unit]
    return int((Decimal(number) * units[unit]).to_integral_value(ROUND_CEILING))


def size_pattern(sheet: ValueSheet) -> tuple[str, str]:
    """Of the number and of the unit."""
    number = _whole_pattern(sheet) + (r"(?:\.[0-9]{1,6})?" if sheet.fraction else "")
    return number, "|".join(re.escape(unit) for unit in sorted(sheet.units, key=len, reverse=True))


def _whole_pattern(sheet: ValueSheet) -> str:
    plain = rf"[0-9]{{1,{DIGITS}}}"
    if sheet.thousands is None:
        return plain
    return rf"(?:[0-9]{{1,3}}(?:{re.escape(sheet.thousands)}[0-9]{{3}}){{1,8}}|{plain})"


def ungrouped(text: str, sheet: ValueSheet) -> str:
    """A number without the signs between its digits."""
    return text if sheet.thousands is None else text.replace(sheet.thousands, "")


def size_places(family: str, sheet: ValueSheet) -> Iterator[tuple[str, str, _Write, _Read, int]]:
    """Name, pattern, both directions and bytes of the unit, of each place that tells a size or a part of one."""
    number, unit = size_pattern(sheet)
    apart = unit.replace(re.escape(" "), "")
    if family != "size":
        yield _whole_place(family, family, 1, sheet)
    for word, factor in UNITS.items():
        yield _whole_place(family, f"{family}_{word}", factor, sheet)
    smallest = min(sheet.units.values())
    for index, (name, pattern) in enumerate(((f"{family}_number", number), (f"{family}_unit", apart))):
        yield name, pattern, _part_writer(family, index, sheet), _part_reader(name, sheet), smallest


def finish_sizes(values: dict[str, Any], units: Mapping[str, int]) -> None:
    """Put numbers and units that stood apart together. Raises `ValueError`."""
    for family in FAMILIES:
        number, unit = values.pop(f"{family}_number", None), values.pop(f"{family}_unit", None)
        if number is not None and unit is not None:
            values[family] = read_size(number, unit, {word.strip(): factor for word, factor in units.items()})
        elif number is not None:
            raise ValueError(f"{number[:40]!a} has no unit")


def _whole_place(family: str, name: str, factor: int, sheet: ValueSheet) -> tuple[str, str, _Write, _Read, int]:
    def read(text: str, found: dict[str, Any]) -> None:
        found[family] = read_number(ungrouped(text, sheet)) * factor

    def write(known: Mapping[str, Any]) -> str:
        return write_number(rounded(known[family], factor) // factor)

    return name, _whole_pattern(sheet), write, read, factor


def _part_writer(family: str, index: int, sheet: ValueSheet) -> _Write:
    return lambda known: write_size(known[family], sheet)[index].strip()


def _part_reader(name: str, sheet: ValueSheet) -> _Read:
    def read(text: str, found: dict[str, Any]) -> None:
        found[name] = ungrouped(text, sheet) if name.endswith("_number") else text

    return read
