"""One row as `title: value` lines, with an end, so that a record cut short cannot pass for a whole one."""

from collections.abc import Sequence

from connector.dialects.cells import split_cells
from connector.dialects.columns import Columns
from connector.dialects.form import SheetError, lines_of
from connector.dialects.rows import Row, is_single
from connector.dialects.sheet import RecordSheet
from connector.operations import Verb
from connector.toml_lines import KeyPath

__all__ = ["RecordForm", "record_form"]


class RecordForm:
    """Right-aligned titles, a colon, the value; then the end."""

    def __init__(self, columns: Columns, end: str) -> None:
        self._columns = columns
        self._end = end
        self._width = max(map(len, columns.titles))

    def write(self, rows: Sequence[Row]) -> str:
        cells = self._columns.cells_of(rows[0])
        lines = [f"{title.rjust(self._width)}: {cell}" for title, cell in zip(self._columns.titles, cells, strict=True)]
        return "\n".join([*lines, self._end, ""])

    def read(self, text: str) -> list[Row]:
        *lines, end = lines_of(text)
        if end != self._end or len(lines) != len(self._columns.titles):
            raise ValueError("the record has no end, or not all of its lines")
        return [self._columns.row_of([self._cell(*pair) for pair in zip(self._columns.titles, lines, strict=True)])]

    def _cell(self, title: str, line: str) -> str:
        before, colon, after = line.lstrip(" ").partition(f"{title}: ")
        cells = split_cells(after)
        if before or not colon or len(cells) != 1:
            raise ValueError(f"{line[:80]!a} is not the value of {title!a}")
        return cells[0]


def record_form(verb: Verb, sheet: RecordSheet, columns: Columns, path: KeyPath) -> RecordForm:
    """Raises `SheetError`."""
    if not is_single(verb):
        raise SheetError((*path, "form"), f"the reply to {verb} is any number of rows: accepted are json and table")
    if "\n" in sheet.end:
        raise SheetError((*path, "end"), "must be one line")
    return RecordForm(columns, sheet.end)
