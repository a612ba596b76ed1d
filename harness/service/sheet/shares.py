"""A share as the service shows it, read as the sheet says."""

import re
from dataclasses import dataclass

from harness.service.sheet.places import UNITS
from harness.service.sheet.pointers import find, find_first
from harness.service.sheet.tables import FieldTable, ShareField, SheetShareTable, SheetTable
from harness.service.sheet.terms import SheetState

__all__ = ["ShownShare", "ShownShares", "Unreadable", "field_text", "short_text"]

_LONGEST = 60


class Unreadable(Exception):
    """An answer is not what the sheet says; what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownShare:
    """What an answer shows of a share. word: its state as the service spells it. size: bytes."""

    name: str | None = None
    location: str | None = None
    state: SheetState | None = None
    word: str | None = None
    size: int | None = None
    id: str | None = None
    reason: str | None = None


class ShownShares:
    """Reads shares out of documents."""

    def __init__(self, sheet: SheetTable) -> None:
        self._share = sheet.share
        self._words = {word: state for state, words in sheet.states.items() for word in words}

    def read(self, document: object) -> ShownShare:
        """The share that stands in this document. Raises `Unreadable`."""
        if not isinstance(document, dict):
            raise Unreadable(f"{_kind(document)} where a share was expected")
        table = self._share
        state, word = self._state(table, document)
        return ShownShare(
            name=field_text(document, table.name),
            location=field_text(document, table.location),
            state=state,
            word=word,
            size=_size(document, table),
            id=field_text(document, table.id),
            reason=field_text(document, table.reason),
        )

    def read_items(self, document: object, items: str, share: str | None = None) -> list[ShownShare]:
        """All shares of a list. Raises `Unreadable`."""
        found = find(document, items)
        if not isinstance(found, list):
            raise Unreadable(f"{_kind(found)} at {items!r}, where a list of shares was expected")
        return [self.read(find(item, share or "")) for item in found]

    def _state(self, table: SheetShareTable, document: object) -> tuple[SheetState | None, str | None]:
        if table.state is None:
            return SheetState.ACTIVE, None
        word = field_text(document, table.state)
        return (None, None) if word is None else (self.state_of(word), word)

    def state_of(self, word: str) -> SheetState:
        """What the service's word for a state means. Raises `Unreadable`."""
        if word not in self._words:
            raise Unreadable(f"the state {short_text(word)} is not in the sheet; it has {', '.join(self._words)}")
        return self._words[word]


def field_text(document: object, field: ShareField | None) -> str | None:
    """The value of a field as text; None where it is not there. Raises `Unreadable`."""
    if field is None:
        return None
    found = find_first(document, field.at if isinstance(field, FieldTable) else field)
    if found is None:
        return None
    if isinstance(found, dict | list):
        raise Unreadable(f"{_kind(found)} where a value was expected")
    text = str(found).lower() if isinstance(found, bool) else str(found)
    if not isinstance(field, FieldTable):
        return text
    matched = re.fullmatch(field.pattern, text)
    if matched is None:
        raise Unreadable(f"{short_text(text)} does not match the pattern {field.pattern!r}")
    return matched[1]


def _size(document: object, table: SheetShareTable) -> int | None:
    """Bytes."""
    text = field_text(document, table.size)
    if text is None:
        return None
    try:
        number = int(text) if text.isdecimal() else float(text)
        size = round(number * UNITS[table.unit])
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"the size {short_text(text)} is not a number") from error
    if size < 0:
        raise Unreadable(f"the size {short_text(text)} is below zero")
    return size


def short_text(text: str) -> str:
    """The text in quotes, cut where it is long."""
    return repr(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")


def _kind(value: object) -> str:
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "nothing"}
    return kinds.get(type(value), "a number")
