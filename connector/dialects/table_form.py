"""Rows as aligned columns.

A table without an end looks whole wherever it is cut between two lines, and a list that lacks shares would let a
sweeper raise a false alarm. So every table ends with the number of its rows, and an empty one says that it is.
"""

from collections.abc import Sequence

from connector.dialects.cells import split_cells
from connector.dialects.columns import Columns
from connector.dialects.form import SheetError, lines_of
from connector.dialects.rows import Row, is_single
from connector.dialects.sheet import TableSheet
from connector.operations import Verb
from connector.toml_lines import KeyPath

__all__ = ["TableForm", "table_form"]

_COUNT = "{count}"


class TableForm:
    """A title line, a line of dashes, a line per row, and the end."""

    def __init__(self, columns: Columns, end: str, empty: str) -> None:
        self._columns = columns
        self._end = end
        self._empty = empty

    def write(self, rows: Sequence[Row]) -> str:
        if not rows:
            return f"{self._empty}\n"
        lines = [list(self._columns.titles), *(self._columns.cells_of(row) for row in rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        lines.insert(1, ["-" * width for width in widths])
        shown = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
        return "\n".join([*shown, self._end.replace(_COUNT, str(len(rows))), ""])

    def read(self, text: str) -> list[Row]:
        lines = lines_of(text)
        if lines == [self._empty]:
            return []
        if len(lines) < 4 or lines[-1] != self._end.replace(_COUNT, str(len(lines) - 3)):
            raise ValueError("the table has no end, or not as many rows as its end says")
        if lines[0].split() != " ".join(self._columns.titles).split() or lines[1].strip("- "):
            raise ValueError(f"{lines[0][:80]!a} are not the titles of this table")
        return [self._columns.row_of(split_cells(line)) for line in lines[2:-1]]


def table_form(verb: Verb, sheet: TableSheet, columns: Columns, path: KeyPath) -> TableForm:
    """Raises `SheetError`."""
    if is_single(verb):
        raise SheetError((*path, "form"), f"the reply to {verb} is one share: accepted are json and record")
    if _COUNT not in sheet.end or "\n" in sheet.end:
        raise SheetError((*path, "end"), f"must be one line with {_COUNT} in it, so that a table cut short is noticed")
    if "\n" in sheet.empty:
        raise SheetError((*path, "empty"), "must be one line")
    return TableForm(columns, sheet.end, sheet.empty)
