"""The places that texts of a dialect may have: what is written there, and what it means when it is read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connector.dialects.cells import escape_line, unescape_line
from connector.dialects.form import SheetError
from connector.dialects.sheet import Identity, PlaceSheet, ValueSheet
from connector.dialects.sizes import FAMILIES, size_places
from connector.dialects.values import Codec
from connector.toml_lines import KeyPath
from connector.values import replace

__all__ = ["Places", "TextPlace", "places_of", "with_message"]

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPlace:
    """One place. pattern: what stands there; None: whatever fits.

    write: the text, from the values; raises `ValueError`. read: adds what a text says to the values; raises the same.
    field: the field of the contract that it tells, or a part of it. own: it is of the dialect, not of the contract.
    """

    name: str
    field: str
    pattern: str | None
    write: Callable[[Values], str]
    read: Callable[[str, dict[str, Any]], None]
    own: bool = False
    identifies: Identity | None = None
    unit: int = 1

    @property
    def may_be_absent(self) -> bool:
        """Whether its field may have no value."""
        return self.field in ("mark", "request_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """All places of one dialect, by name. codecs: of the contract's fields. own: the dialect's.

    nothing: what is written for a field that has no value. units: bytes of each unit of sizes.
    """

    by_name: Mapping[str, TextPlace]
    codecs: Mapping[str, Codec]
    nothing: str
    own: Mapping[str, TextPlace]
    units: Mapping[str, int]

    @property
    def of_shares(self) -> tuple[str, ...]:
        """The places of a share's number."""
        return tuple(name for name, place in self.own.items() if place.identifies == "share")

    @property
    def job(self) -> str | None:
        """The place of a job's number, if there is one."""
        return next((name for name, place in self.own.items() if place.identifies == "job"), None)

    def find(self, name: str, fields: tuple[str, ...], path: KeyPath) -> TextPlace:
        """The place of that name, where those of the fields and the dialect's own may stand. Raises `SheetError`."""
        place = self.by_name.get(name)
        if place is None or not (place.own or place.field in fields):
            accepted = sorted(each.name for each in self.by_name.values() if each.own or each.field in fields)
            raise SheetError(path, f"{{{name}}} means nothing here; accepted: {', '.join(accepted) or 'no place'}")
        return place


def places_of(values: ValueSheet, sheets: Mapping[str, PlaceSheet], codecs: Mapping[str, Codec]) -> Places:
    """Raises `SheetError`."""
    places = {field: _field_place(field, codec) for field, codec in codecs.items()}
    for family in FAMILIES:
        for name, pattern, write, read, unit in size_places(family, values):
            places[name] = TextPlace(name=name, field=family, pattern=pattern, write=write, read=read, unit=unit)
    for name, sheet in sheets.items():
        if name in places or name in _RESERVED:
            raise SheetError(("places", name), "is a place of the contract; call it something else")
        if re.fullmatch(sheet.pattern, sheet.sample) is None:
            raise SheetError(("places", name), f"its sample {sheet.sample!r} does not fit its pattern")
        places[name] = _own_place(name, sheet)
    jobs = [name for name, sheet in sheets.items() if sheet.identifies == "job"]
    if len(jobs) > 1:
        raise SheetError(("places", jobs[1]), f"only one place can identify a job, and {jobs[0]!r} does")
    own = {name: places[name] for name in sheets}
    return Places(by_name=places, codecs=codecs, nothing=values.nothing, own=own, units=values.units)


def with_message(places: Places) -> Places:
    """The same, with a place for what a connector says of a failure: one line, any text escaped into it."""

    def read(text: str, found: dict[str, Any]) -> None:
        found["message"] = unescape_line(text)

    def write(values: Values) -> str:
        return escape_line(values["message"])

    message = TextPlace(name="message", field="message", pattern=r"[^\n]*", write=write, read=read)
    return replace(places, by_name={**places.by_name, "message": message})


_RESERVED = ("message", "count", "rows", "row", "code")


def _field_place(field: str, codec: Codec) -> TextPlace:

    def read(text: str, found: dict[str, Any]) -> None:
        found[field] = codec.read(text)

    return TextPlace(
        name=field, field=field, pattern=codec.pattern, write=lambda known: codec.write(known[field]), read=read
    )


def _own_place(name: str, sheet: PlaceSheet) -> TextPlace:
    def read(text: str, found: dict[str, Any]) -> None:
        found[name] = text

    return TextPlace(
        name=name,
        field=name,
        pattern=sheet.pattern,
        write=lambda known: str(known.get(name, sheet.sample)),
        read=read,
        own=True,
        identifies=sheet.identifies,
    )
