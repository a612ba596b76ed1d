"""Replies as JSON documents. A document cut short is no document, so truncation shows by itself."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connector.dialects.form import SheetError, check_fields
from connector.dialects.json_document import dump, fill, kind_of, load, places_of, take
from connector.dialects.rows import ROW_FIELDS, Row, is_single
from connector.dialects.sheet import JsonReplySheet
from connector.dialects.values import Codec
from connector.operations import AccessRule, Verb
from connector.toml_lines import KeyPath

__all__ = ["JsonForm", "json_form"]

_NATIVE: Mapping[str, type] = {"size": int, "complete": bool}
"""Fields that JSON has a type of its own for; the others are texts."""


class JsonForm:
    """The document, and how a row stands in it."""

    def __init__(self, sheet: JsonReplySheet, codecs: Mapping[str, Codec]) -> None:
        self._document = sheet.document
        self._keys = sheet.fields
        self._item = sheet.item
        self._codecs = codecs
        self._fixed = None if places_of(sheet.document) else dump(sheet.document)

    def write(self, rows: Sequence[Row]) -> str:
        if self._fixed is not None:
            return self._fixed
        values = [self._write_row(row) for row in rows]
        places = {"{rows}": values, "{row}": values[0] if values else None, "{count}": len(values)}
        return dump(fill(self._document, places))

    def read(self, text: str) -> list[Row]:
        taken = take(self._document, load(text))
        values = [taken["{row}"]] if "{row}" in taken else taken.get("{rows}", [])
        if not isinstance(values, list):
            raise ValueError("a list of rows was expected")
        if taken.get("{count}", len(values)) != len(values):
            raise ValueError(f"{len(values)} rows, and another number was announced")
        return [self._read_row(value) for value in values]

    def _write_row(self, row: Row) -> object:
        if self._item is not None:
            return self._write_value(self._item, row[self._item])
        return {key: self._write_value(field, row[field]) for field, key in self._keys.items()}

    def _write_value(self, field: str, value: Any) -> object:
        if field == "rules":
            return [{"client": rule.client, "access": self._codecs["access"].write(rule.access)} for rule in value]
        return value if value is None or field in _NATIVE else self._codecs[field].write(value)

    def _read_row(self, value: object) -> Row:
        if self._item is not None:
            return {self._item: self._read_value(self._item, value)}
        if not isinstance(value, dict):
            raise ValueError(f"{kind_of(value)} where an object was expected")
        missing = [key for key in self._keys.values() if key not in value]
        if missing:
            raise ValueError(f"the key {missing[0]!a} is missing")
        return {field: self._read_value(field, value[key]) for field, key in self._keys.items()}

    def _read_value(self, field: str, value: object) -> Any:
        if field == "rules":
            return _read_rules(value, self._codecs["access"].read)
        if field in _NATIVE:
            if type(value) is not _NATIVE[field] or (isinstance(value, int) and value < 0):
                raise ValueError(f"{kind_of(value)} is not a {field}")
            return value
        if value is None and field in {"mark", "request_id"}:
            return None
        return self._codecs[field].read(_text(value))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{kind_of(value)} where a text was expected")
    return value


def _read_rules(value: object, access: Callable[[str], Any]) -> tuple[AccessRule, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{kind_of(value)} where a list of rules was expected")
    taken = [take({"client": "{client}", "access": "{access}"}, entry) for entry in value]
    return tuple(AccessRule(client=_text(rule["{client}"]), access=access(_text(rule["{access}"]))) for rule in taken)


def json_form(verb: Verb, sheet: JsonReplySheet, codecs: Mapping[str, Codec], path: KeyPath) -> JsonForm:
    """Raises `SheetError`."""
    if sheet.fields and sheet.item is not None:
        raise SheetError((*path, "item"), "fields and item exclude each other")
    check_fields(verb, [sheet.item] if sheet.item is not None else list(sheet.fields), path)
    wanted = [] if verb not in ROW_FIELDS else ["{row}" if is_single(verb) else "{rows}"]
    places = places_of(sheet.document)
    if sorted(place for place in places if place != "{count}") != wanted:
        raise SheetError((*path, "document"), f"must have {wanted[0] if wanted else 'no place'} in it, just once")
    if not sheet.document:
        raise SheetError((*path, "document"), "an empty document says nothing")
    return JsonForm(sheet, codecs)
