"""Replies as JSON documents. A document cut short is no document, so truncation shows by itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from connector.dialects.form import CommandValues, SheetError, check_fields, check_places
from connector.dialects.json_document import dump, fill, kind_of, load, places_of, take, texts_in
from connector.dialects.json_path import Steps, find, put, steps_of
from connector.dialects.json_values import NATIVE, JsonValue, field_of, json_value
from connector.dialects.places import Places
from connector.dialects.reply_sheets import JsonReplySheet
from connector.dialects.rows import ROW_FIELDS, Row, is_single
from connector.dialects.text import ANYTHING, Text, text_of
from connector.operations import Verb
from connector.toml_lines import KeyPath

__all__ = ["JsonForm", "json_form"]

Fields = Sequence[tuple[str, Steps, JsonValue]]
"""Of a row: each with where it stands and how it is spelled."""


class JsonForm:
    """The document, and how a row stands in it. key: what the key of a row says, where rows are an object."""

    shows_its_end = True

    def __init__(self, sheet: JsonReplySheet, key: Text | None, places: Places, path: KeyPath) -> None:
        self._document = sheet.document
        self._key = key
        self._own = places.own
        self._fields: Fields = [
            (
                field_of(name, places),
                steps_of(text, (*path, "fields", name)),
                json_value(name, places, as_text=name in sheet.texts),
            )
            for name, text in sheet.fields.items()
        ]
        self._flat = [(name, steps[0], value) for name, steps, value in self._fields]
        self._is_flat = not (sheet.others or {*sheet.fields} & {*places.own}) and all(
            len(steps) == 1 for _, steps, _ in self._fields
        )
        self._others = [(steps_of(text, (*path, "others", text)), value) for text, value in sheet.others.items()]
        self._item: tuple[str, JsonValue] | None = None
        if sheet.item is not None:
            self._item = sheet.item, json_value(sheet.item, places, as_text=sheet.item in sheet.texts)
        self._fixed = None if places_of(sheet.document) else dump(sheet.document)

    def write(self, rows: Sequence[Row], asked: CommandValues) -> str:
        if self._fixed is not None:
            return self._fixed
        told = asked.values if self._own or self._key is not None else _NONE
        values: Any = [self._write_row(row, told) for row in rows]
        if self._key is not None:
            keys = [self._key.write({**told, **row}) for row in rows]
            values = dict(zip(keys, values, strict=True))
        single = values if self._key is not None else values[0] if values else None
        places = {"{rows}": values, "{row}": single, "{count}": len(values)}
        return dump(fill(self._document, places))

    def read(self, text: str, asked: CommandValues) -> list[Row]:
        taken = take(self._document, load(text))
        if self._key is not None:
            return self._read_keyed(self._key, taken)
        values = [taken["{row}"]] if "{row}" in taken else taken.get("{rows}", [])
        if not isinstance(values, list):
            raise ValueError("a list of rows was expected")
        if taken.get("{count}", len(values)) != len(values):
            raise ValueError(f"{len(values)} rows, and another number was announced")
        return [self._read_row(value) for value in values]

    def _read_keyed(self, known: Text, taken: Mapping[str, Any]) -> list[Row]:
        values = taken["{row}"] if "{row}" in taken else taken["{rows}"]
        if not isinstance(values, dict):
            raise ValueError(f"{kind_of(values)} where an object of rows was expected")
        rows = []
        for key, value in values.items():
            row: Row = {}
            if not known.read(key, row):
                raise ValueError(f"the key {key[:80]!a} is not one of a row")
            rows.append(row | self._read_row(value))
        return rows

    def _write_row(self, row: Row, told: Mapping[str, Any]) -> object:
        if self._item is not None:
            field, value = self._item
            return value.write(row[field])
        if self._is_flat:
            return {key: known.write(row[field]) for field, key, known in self._flat}
        document: dict[str, Any] = {}
        values = {**told, **row}
        for field, steps, known in self._fields:
            put(document, steps, known.write(self._own[field].write(values) if field in self._own else row[field]))
        for steps, other in self._others:
            put(document, steps, other)
        return document

    def _read_row(self, value: object) -> Row:
        if self._item is not None:
            field, bare = self._item
            return {field: bare.read(value)}
        if not isinstance(value, dict):
            raise ValueError(f"{kind_of(value)} where an object was expected")
        if self._is_flat:
            try:
                return {field: known.read(value[key]) for field, key, known in self._flat}
            except KeyError as error:
                raise ValueError(f"the key {error.args[0]!a} is missing") from error
        return {field: known.read(find(value, steps)) for field, steps, known in self._fields}


_NONE: Mapping[str, Any] = {}


def json_form(
    verb: Verb, sheet: JsonReplySheet, places: Places, path: KeyPath, elsewhere: Sequence[str] = ()
) -> JsonForm:
    """elsewhere: fields that other commands tell. Raises `SheetError`."""
    if sheet.fields and sheet.item is not None:
        raise SheetError((*path, "item"), "fields and item exclude each other")
    key = None if sheet.key is None else _key(verb, sheet.key, places, (*path, "key"))
    keyed = [place.field for place in key.places if not place.own] if key is not None else []
    told = [name for name in sheet.fields if name not in places.own]
    ours = [sheet.item] if sheet.item is not None else [field_of(name, places) for name in told]
    check_fields(verb, [*keyed, *ours], path, elsewhere)
    _check_document(verb, sheet, path)
    _check_texts(sheet, (*path, "texts"))
    return JsonForm(sheet, key, places, path)


def _key(verb: Verb, text: str, places: Places, path: KeyPath) -> Text:
    fields = ROW_FIELDS.get(verb, ())
    return text_of(text if "{" in text else f"{{{text}}}", places, fields, path, default=ANYTHING)


def _check_document(verb: Verb, sheet: JsonReplySheet, path: KeyPath) -> None:
    wanted = [] if verb not in ROW_FIELDS else ["{row}" if is_single(verb) else "{rows}"]
    found = places_of(sheet.document)
    for text in texts_in(sheet.document):
        if text not in found:
            check_places(text, (*path, "document"))
    for place in found:
        if place not in ("{row}", "{rows}", "{count}"):
            accepted = f"{wanted[0]} and {{count}}" if wanted else "no place"
            raise SheetError((*path, "document"), f"{place} means nothing here; accepted: {accepted}")
    either = [["{rows}"], ["{row}"]] if is_single(verb) else [wanted]  # a list of one is one share, too
    if sorted(place for place in found if place != "{count}") not in either:
        raise SheetError((*path, "document"), f"must have {wanted[0] if wanted else 'no place'} in it, just once")
    if not sheet.document:
        raise SheetError((*path, "document"), "an empty document says nothing")


def _check_texts(sheet: JsonReplySheet, path: KeyPath) -> None:
    for field in sheet.texts:
        if field not in NATIVE or field not in (*sheet.fields, sheet.item):
            raise SheetError(path, f"{field!r} is a text anyway, or not here; accepted: {', '.join(NATIVE)}")
