"""From the sheet of a reply to the form that writes and reads it."""

from collections.abc import Sequence
from typing import assert_never

from connector.dialects.columns import columns_of
from connector.dialects.ends import counted_line
from connector.dialects.form import Form, check_fields
from connector.dialects.json_form import json_form
from connector.dialects.lines_form import lines_form
from connector.dialects.message_form import message_form
from connector.dialects.places import Places
from connector.dialects.record_form import record_form
from connector.dialects.reply_sheets import (
    JsonReplySheet,
    LinesSheet,
    MessageSheet,
    RecordSheet,
    ReplySheet,
    TableSheet,
)
from connector.dialects.rows import ROW_FIELDS
from connector.dialects.table_form import table_form
from connector.dialects.text import ANYTHING, Text, text_of
from connector.operations import Verb
from connector.toml_lines import KeyPath

__all__ = ["form_of"]


def form_of(verb: Verb, sheet: ReplySheet, places: Places, path: KeyPath, elsewhere: Sequence[str]) -> Form:
    """elsewhere: fields that other commands tell. Raises `SheetError`."""
    match sheet:
        case MessageSheet():
            return message_form(verb, sheet, places, path)
        case JsonReplySheet():
            return json_form(verb, sheet, places, path, elsewhere)
        case TableSheet():
            columns = columns_of(verb, sheet.columns, places, (*path, "columns"), ((), elsewhere))
            return table_form(verb, sheet, columns, counted_line(sheet.end, places, (*path, "end")), path)
        case RecordSheet():
            start = None if sheet.start is None else _row_text(verb, sheet.start, places, (*path, "start"))
            told = ([place.field for place in start.places if not place.own] if start else [], elsewhere)
            columns = columns_of(verb, sheet.columns, places, (*path, "columns"), told)
            return record_form(verb, sheet, columns, start, path)
        case LinesSheet():
            return _lines(verb, sheet, places, path, elsewhere)
        case _:
            assert_never(sheet)


def _lines(verb: Verb, sheet: LinesSheet, places: Places, path: KeyPath, elsewhere: Sequence[str]) -> Form:
    line = _row_text(verb, sheet.line, places, (*path, "line"))
    check_fields(verb, [place.field for place in line.places if not place.own], path, elsewhere)
    start = counted_line(sheet.start, places, (*path, "start"))
    end = counted_line(sheet.end, places, (*path, "end"))
    return lines_form(verb, sheet, line, (start, end), path)


def _row_text(verb: Verb, text: str, places: Places, path: KeyPath) -> Text:
    return text_of(text, places, ROW_FIELDS.get(verb, ()), path, default=ANYTHING, nothing=places.nothing)
