"""Rows as `title: value` lines, with an end where the connector gives one, so that a record cut short is noticed."""

from collections.abc import Mapping, Sequence
from typing import Any

from connector.dialects.cells import split_cells
from connector.dialects.columns import Columns
from connector.dialects.form import CommandValues, SheetError, alone, check_places, lines_of, one_line
from connector.dialects.reply_sheets import RecordSheet
from connector.dialects.rows import Row, is_single
from connector.dialects.text import Text
from connector.operations import Verb
from connector.toml_lines import KeyPath

__all__ = ["RecordForm", "record_form"]

_ALIGNED = ": "


class RecordForm:
    """The start, a line for each title, the end; of several records one after the other."""

    def __init__(self, columns: Columns, sheet: RecordSheet, start: Text | None, *, single: bool) -> None:
        self._columns = columns
        self._sheet = sheet
        self._start = start
        self._single = single
        self._aligned = sheet.separator == _ALIGNED
        self._width = max(map(len, columns.titles)) if self._aligned else 0

    @property
    def shows_its_end(self) -> bool:
        return self._sheet.end is not None and self._single

    def write(self, rows: Sequence[Row], asked: CommandValues) -> str:
        if not rows:
            return alone(self._sheet.empty)
        told = asked.values
        lines = [line for row in rows for line in self._record(row, told)]
        return "".join(f"{line}\n" for line in lines)

    def _record(self, row: Row, asked: Mapping[str, Any]) -> list[str]:
        cells = self._columns.cells_of(row, asked)
        titles = [title.rjust(self._width) for title in self._columns.titles]
        lines = [f"{title}{self._sheet.separator}{cell}" for title, cell in zip(titles, cells, strict=True)]
        start = [] if self._start is None else [self._start.write({**asked, **row})]
        return [*start, *lines, *([] if self._sheet.end is None else [self._sheet.end])]

    def read(self, text: str, asked: CommandValues) -> list[Row]:
        lines = lines_of(text) if text.strip("\r\n") else []
        if not self._single and lines == ([self._sheet.empty] if self._sheet.empty else []):
            return []
        if self._single:
            return [self._row(lines)]
        assert self._start is not None
        starts = [at for at, line in enumerate(lines) if self._start.whole.fullmatch(line)]
        if not starts or starts[0] != 0:
            raise ValueError(f"{lines[0][:80] if lines else ''!a} is not the start of a record")
        return [self._row(lines[at:end]) for at, end in zip(starts, [*starts[1:], len(lines)], strict=True)]

    def _row(self, lines: Sequence[str]) -> Row:
        row: Row = {}
        if self._start is not None:
            if not lines or not self._start.read(lines[0], row):
                raise ValueError(f"{lines[0][:80] if lines else ''!a} is not the start of a record")
            lines = lines[1:]
        if self._sheet.end is not None:
            if not lines or lines[-1] != self._sheet.end:
                raise ValueError("the record has no end, or not all of its lines")
            lines = lines[:-1]
        return row | self._columns.row_of(self._cells(lines))

    def _cells(self, lines: Sequence[str]) -> list[str]:
        """Of our columns; other lines are let pass, for newer connectors may say more."""
        found: dict[str, str] = {}
        for line in lines:
            title, separator, cell = line.partition(self._sheet.separator)
            if self._aligned or self._sheet.padded:
                title = title.strip()
            if not separator or title not in self._columns.titles:
                continue
            if title in found:
                raise ValueError(f"{title[:80]!a} stands in the record twice")
            found[title] = cell.strip() if self._sheet.padded else cell
        for title in self._columns.needed:
            if title not in found:
                raise ValueError(f"the record has no {title!a}, or not all of its lines")
        return [self._cell(title, found[title]) if title in found else "" for title in self._columns.titles]

    def _cell(self, title: str, text: str) -> str:
        if not self._aligned:
            return text
        cells = split_cells(text)
        if len(cells) != 1:
            raise ValueError(f"{text[:80]!a} is not the value of {title!a}")
        return cells[0]


def record_form(verb: Verb, sheet: RecordSheet, columns: Columns, start: Text | None, path: KeyPath) -> RecordForm:
    """Raises `SheetError`."""
    if not is_single(verb) and start is None:
        raise SheetError(
            (*path, "form"), f"the reply to {verb} is any number of records: give `start`, or use json, table or lines"
        )
    if sheet.empty is not None and is_single(verb):
        raise SheetError((*path, "empty"), f"the reply to {verb} is one share: it cannot be empty")
    for key, text in (("end", sheet.end), ("start", sheet.start), ("empty", sheet.empty)):
        one_line(text, (*path, key))
    for key, text in (("end", sheet.end), ("empty", sheet.empty)):
        check_places(text, (*path, key))
    return RecordForm(columns, sheet, start, single=is_single(verb))
