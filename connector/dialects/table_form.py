"""Rows as lines of cells, aligned or with a delimiter between them.

A table without an end looks whole wherever it is cut between two lines, and a list that lacks shares would let a
sweeper raise a false alarm. Where the connector gives an end, with the number of rows, it is insisted on.
"""

from collections.abc import Sequence

from connector.dialects.cells import split_cells
from connector.dialects.columns import Columns
from connector.dialects.form import COUNT, CommandValues, SheetError, alone, check_places, counted, lines_of, one_line
from connector.dialects.reply_sheets import TableSheet
from connector.dialects.rows import Row, is_single
from connector.operations import Verb
from connector.toml_lines import KeyPath

__all__ = ["TableForm", "table_form"]


class TableForm:
    """A line of titles, a line of dashes, a line per row, and the end, as far as the sheet has them."""

    def __init__(self, columns: Columns, sheet: TableSheet) -> None:
        self._columns = columns
        self._sheet = sheet
        self._ruled = sheet.rule and sheet.titles and sheet.delimiter is None

    @property
    def shows_its_end(self) -> bool:
        return self._sheet.end is not None

    def write(self, rows: Sequence[Row], asked: CommandValues) -> str:
        sheet = self._sheet
        if not rows and sheet.empty is not None:
            return alone(sheet.empty)
        lines = [list(self._columns.titles)] if sheet.titles else []
        told = asked.values
        lines += [self._columns.cells_of(row, told) for row in rows]
        shown = self._aligned(lines) if sheet.delimiter is None else [sheet.delimiter.join(line) for line in lines]
        if sheet.end is not None:
            shown.append(counted(sheet.end, len(rows)))
        return "".join(f"{line}\n" for line in shown)

    def _aligned(self, lines: list[list[str]]) -> list[str]:
        wrap = self._sheet.wrap
        shown_lines = [line if wrap is None else [cell[:wrap] for cell in line] for line in lines]
        widths = [max(map(len, column)) for column in zip(*shown_lines, strict=True)]
        if self._ruled:
            lines = [lines[0], ["-" * width for width in widths], *lines[1:]]
        return [shown for line in lines for shown in _laid_out(line, widths)]

    def read(self, text: str, asked: CommandValues) -> list[Row]:
        lines = lines_of(text) if text.strip("\r\n") else []
        if self._sheet.empty is not None and lines == lines_of(self._sheet.empty) * bool(self._sheet.empty):
            return []
        lines = self._without_end(lines)
        pick = self._pick(lines)
        return [self._columns.row_of(pick(cells)) for cells in self._rows(lines[self._head :])]

    @property
    def _head(self) -> int:
        return self._sheet.titles + self._ruled

    def _without_end(self, lines: list[str]) -> list[str]:
        end = self._sheet.end
        if len(lines) < self._head + (end is not None):
            raise ValueError("the table has no titles, or no end")
        if end is None:
            return lines
        rows = len(self._rows(lines[self._head : -1]))
        if lines[-1] != counted(end, rows):
            raise ValueError("the table has no end, or not as many rows as its end says")
        return lines[:-1]

    def _pick(self, lines: Sequence[str]) -> "_Pick":
        """Of the cells of a row, those of our columns."""
        titles, delimiter = self._columns.titles, self._sheet.delimiter
        if not self._sheet.titles:
            return _Pick(None)
        if self._ruled and lines[1].strip("- "):
            raise ValueError(f"{lines[0][:80]!a} are not the titles of this table")
        if lines[0].split() == " ".join(titles).split() and delimiter is None:
            return _Pick(None)
        shown = lines[0].split() if delimiter is None else lines[0].split(delimiter)
        if delimiter is None and any(" " in title for title in titles):
            raise ValueError(f"{lines[0][:80]!a} are not the titles of this table")
        lost = [title for title in self._columns.needed if title not in shown]
        if lost:
            raise ValueError(f"{lines[0][:80]!a} are not the titles of this table: {lost[0]!a} is missing")
        return _Pick([shown.index(title) if title in shown else None for title in titles], len(shown))

    def _rows(self, lines: Sequence[str]) -> list[list[str]]:
        if self._sheet.delimiter is not None:
            return [line.split(self._sheet.delimiter) for line in lines]
        rows: list[list[str]] = []
        for line in lines:
            # A row whose first cells were too long for their columns goes on in a line that begins with blanks.
            if self._sheet.wrap is not None and line.startswith(" ") and rows:
                rows[-1] += split_cells(line)
            else:
                rows.append(split_cells(line))
        return rows


class _Pick:
    def __init__(self, indices: Sequence[int | None] | None, width: int = 0) -> None:
        self._indices = indices
        self._width = width

    def __call__(self, cells: list[str]) -> list[str]:
        if self._indices is None:
            return cells
        if len(cells) != self._width:
            raise ValueError(f"{len(cells)} cells where {self._width} were expected")
        return ["" if index is None else cells[index] for index in self._indices]


def _laid_out(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    """One line, or several where a cell is longer than its column."""
    shown, lines = "", list[str]()
    for cell, width, start in zip(line, widths, _starts(widths), strict=True):
        shown = shown.ljust(start) + cell
        if len(cell) > width:
            lines.append(shown)
            shown = ""
    return [*lines, shown.rstrip()] if shown.strip() or not lines else lines


def _starts(widths: Sequence[int]) -> list[int]:
    return [sum(widths[:index]) + 2 * index for index in range(len(widths))]


def table_form(verb: Verb, sheet: TableSheet, columns: Columns, path: KeyPath) -> TableForm:
    """Raises `SheetError`."""
    if sheet.end is not None and (COUNT not in sheet.end) != is_single(verb):
        wanted = "without a place" if is_single(verb) else f"with {COUNT} in it"
        raise SheetError((*path, "end"), f"must be one line {wanted}, so that a table cut short is noticed")
    check_places(sheet.end, (*path, "end"), (COUNT,))
    check_places(sheet.empty, (*path, "empty"))
    one_line(sheet.end, (*path, "end"))
    one_line(sheet.empty, (*path, "empty"))
    if sheet.wrap is not None and sheet.delimiter is not None:
        raise SheetError((*path, "wrap"), "is for aligned columns: there is a delimiter")
    if sheet.empty is None and not sheet.titles and sheet.end is None and not is_single(verb):
        raise SheetError(path, 'without titles and end it needs `empty`: `""` where no row is no text')
    return TableForm(columns, sheet)
