"""Replies as JSON documents. A document cut short is no document, so truncation shows by itself."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connector.dialects.form import SheetError, check_fields, check_places
from connector.dialects.json_document import dump, fill, kind_of, load, places_of, take, texts_in
from connector.dialects.json_path import find, put, steps_of
from connector.dialects.places import Places
from connector.dialects.reply_sheets import JsonReplySheet
from connector.dialects.rows import OPTIONAL, ROW_FIELDS, Row, is_single
from connector.dialects.text import ANYTHING, Text, text_of
from connector.operations import AccessRule, Verb
from connector.toml_lines import KeyPath

__all__ = ["JsonForm", "json_form"]

_NATIVE: Mapping[str, type] = {"size": int, "complete": bool}
"""Fields that JSON has a type of its own for; the others are texts."""


class JsonForm:
    """The document, and how a row stands in it. key: what the key of a row says, where rows are an object."""

    shows_its_end = True

    def __init__(self, sheet: JsonReplySheet, key: Text | None, places: Places, path: KeyPath) -> None:
        self._document = sheet.document
        self._fields = {name: steps_of(text, (*path, "fields", name)) for name, text in sheet.fields.items()}
        self._others = {steps_of(text, (*path, "others", text)): value for text, value in sheet.others.items()}
        self._flat = all(len(steps) == 1 for steps in self._fields.values()) and not self._others
        self._item = sheet.item
        self._key = key
        self._texts = frozenset(sheet.texts)
        self._codecs = places.codecs
        self._own = places.own
        self._fixed = None if places_of(sheet.document) else dump(sheet.document)

    def write(self, rows: Sequence[Row], asked: Mapping[str, Any]) -> str:
        if self._fixed is not None:
            return self._fixed
        values: Any = [self._write_row(row, asked) for row in rows]
        if self._key is not None:
            keys = [self._key.write({**asked, **row}) for row in rows]
            values = dict(zip(keys, values, strict=True))
        single = values if self._key is not None else values[0] if values else None
        places = {"{rows}": values, "{row}": single, "{count}": len(values)}
        return dump(fill(self._document, places))

    def read(self, text: str, asked: Mapping[str, Any]) -> list[Row]:
        taken = take(self._document, load(text))
        if self._key is not None:
            return self._read_keyed(taken)
        values = [taken["{row}"]] if "{row}" in taken else taken.get("{rows}", [])
        if not isinstance(values, list):
            raise ValueError("a list of rows was expected")
        if taken.get("{count}", len(values)) != len(values):
            raise ValueError(f"{len(values)} rows, and another number was announced")
        return [self._read_row(value) for value in values]

    def _read_keyed(self, taken: Mapping[str, Any]) -> list[Row]:
        values = taken["{row}"] if "{row}" in taken else taken["{rows}"]
        if not isinstance(values, dict):
            raise ValueError(f"{kind_of(values)} where an object of rows was expected")
        assert self._key is not None
        rows = []
        for key, value in values.items():
            row: Row = {}
            if not self._key.read(key, row):
                raise ValueError(f"the key {key[:80]!a} is not one of a row")
            rows.append(row | self._read_row(value))
        return rows

    def _write_row(self, row: Row, asked: Mapping[str, Any]) -> object:
        if self._item is not None:
            return self._write_value(self._item, row[self._item])
        if self._flat:
            own = self._own
            return {
                step: self._write_value(field, own[field].write(asked) if field in own else row[field])
                for field, (step,) in self._fields.items()
            }
        document: dict[str, Any] = {}
        for field, steps in self._fields.items():
            put(document, steps, self._write_value(field, self._of(field, row, asked)))
        for steps, value in self._others.items():
            put(document, steps, value)
        return document

    def _of(self, field: str, row: Row, asked: Mapping[str, Any]) -> Any:
        return self._own[field].write(asked) if field in self._own else row[field]

    def _write_value(self, field: str, value: Any) -> object:
        if field == "rules":
            return [{"client": rule.client, "access": self._codecs["access"].write(rule.access)} for rule in value]
        if value is None or (field in _NATIVE and field not in self._texts) or field in self._own:
            return value
        return self._codecs[field].write(value)

    def _read_row(self, value: object) -> Row:
        if self._item is not None:
            return {self._item: self._read_value(self._item, value)}
        if not isinstance(value, dict):
            raise ValueError(f"{kind_of(value)} where an object was expected")
        return {field: self._read_value(field, find(value, steps)) for field, steps in self._fields.items()}

    def _read_value(self, field: str, value: object) -> Any:
        if field in self._own:
            return str(value)
        if field == "rules":
            return _read_rules(value, self._codecs["access"].read)
        if field in _NATIVE and field not in self._texts:
            if type(value) is not _NATIVE[field] or (isinstance(value, int) and value < 0):
                raise ValueError(f"{kind_of(value)} is not a {field}")
            return value
        if value is None and OPTIONAL.get(field, 0) is None:
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


def json_form(
    verb: Verb, sheet: JsonReplySheet, places: Places, path: KeyPath, elsewhere: Sequence[str] = ()
) -> JsonForm:
    """elsewhere: fields that other commands tell. Raises `SheetError`."""
    if sheet.fields and sheet.item is not None:
        raise SheetError((*path, "item"), "fields and item exclude each other")
    key = None if sheet.key is None else _key(verb, sheet.key, places, (*path, "key"))
    keyed = [place.field for place in key.places if not place.own] if key is not None else []
    ours = [sheet.item] if sheet.item is not None else [name for name in sheet.fields if name not in places.own]
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
        if field not in _NATIVE or field not in (*sheet.fields, sheet.item):
            raise SheetError(path, f"{field!r} is a text anyway, or not here; accepted: {', '.join(_NATIVE)}")
