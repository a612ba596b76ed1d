"""Rows as lines of cells, aligned or with a delimiter between them.

A table without an end looks whole wherever it is cut between two lines, and a list that lacks shares would let a
sweeper raise a false alarm. Where the connector gives an end it is insisted on, and on the number of rows that it says.
"""

from collections.abc import Callable, Sequence

from connector.dialects.cells import split_cells
from connector.dialects.columns import Columns
from connector.dialects.ends import CountedLine
from connector.dialects.form import CommandValues, SheetError, alone, check_places, lines_of, one_line
from connector.dialects.reply_sheets import TableSheet
from connector.dialects.rows import Row, is_single
from connector.operations import Verb
from connector.toml_lines import KeyPath

__all__ = ["TableForm", "table_form"]

_Cut = Callable[[str], list[str]]
"""From a line to its cells."""


class TableForm:
    """A line of titles, a line of dashes, a line per row, and the end, as far as the sheet has them."""

    def __init__(self, columns: Columns, sheet: TableSheet, end: CountedLine | None) -> None:
        self._columns = columns
        self._sheet = sheet
        self._end = end
        self._ruled = sheet.rule and sheet.titles and sheet.delimiter is None
        self._head = sheet.titles + self._ruled

    @property
    def shows_its_end(self) -> bool:
        return self._end is not None

    def write(self, rows: Sequence[Row], asked: CommandValues) -> str:
        sheet = self._sheet
        if not rows and sheet.empty is not None:
            return alone(sheet.empty)
        lines = [list(self._columns.titles)] if sheet.titles else []
        told = asked.values
        lines += [self._columns.cells_of(row, told) for row in rows]
        shown = self._aligned(lines) if sheet.delimiter is None else [sheet.delimiter.join(line) for line in lines]
        if self._end is not None:
            shown.append(self._end.write(len(rows), told))
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
        if len(lines) < self._head + (self._end is not None):
            raise ValueError("the table has no titles, or no end")
        body = lines[self._head :] if self._end is None else lines[self._head : -1]
        cut, pick = (split_cells, _Pick(None)) if not self._sheet.titles else self._columns_of(lines)
        rows = self._rows(body, cut)
        if self._end is not None and not self._end.fits(lines[-1], len(rows)):
            raise ValueError("the table has no end, or not as many rows as its end says")
        return [self._columns.row_of(pick(cells)) for cells in rows]

    def _columns_of(self, lines: Sequence[str]) -> tuple[_Cut, "_Pick"]:
        """How a line is cut into cells, and which of them are those of our columns, as the titles have it."""
        titles, shown = self._columns.titles, lines[0]
        if self._ruled and lines[1].strip("- "):
            raise ValueError(f"{shown[:80]!a} are not the titles of this table")
        if self._sheet.under_titles:
            return _under(shown, titles), _Pick(None)
        words = shown.split() if self._sheet.delimiter is None else self._parted(shown, self._sheet.delimiter)
        if words == " ".join(titles).split() and self._sheet.delimiter is None:
            return split_cells, _Pick(None)
        if self._sheet.delimiter is None and any(" " in title for title in titles):
            raise ValueError(f"{shown[:80]!a} are not the titles of this table")
        lost = [title for title in self._columns.needed if title not in words]
        if lost:
            raise ValueError(f"{shown[:80]!a} are not the titles of this table: {lost[0]!a} is missing")
        return split_cells, _Pick([words.index(title) if title in words else None for title in titles], len(words))

    def _rows(self, lines: Sequence[str], cut: _Cut) -> list[list[str]]:
        if self._sheet.delimiter is not None:
            return [self._parted(line, self._sheet.delimiter) for line in lines]
        rows: list[list[str]] = []
        for line in lines:
            # A row whose first cells were too long for their columns goes on in a line that begins with blanks.
            if self._sheet.wrap is not None and line.startswith(" ") and rows:
                rows[-1] += split_cells(line)
            else:
                rows.append(cut(line))
        return rows

    def _parted(self, line: str, delimiter: str) -> list[str]:
        cells = line.split(delimiter)
        return [cell.strip() for cell in cells] if self._sheet.padded else cells


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


def _under(shown: str, titles: Sequence[str]) -> _Cut:
    """Cells begin where their titles do."""
    starts, position = [], 0
    for title in titles:
        position = shown.find(title, position)
        if position < 0:
            raise ValueError(f"{shown[:80]!a} are not the titles of this table: {title!a} is missing")
        starts.append(position)
        position += len(title)
    ends = [*starts[1:], None]
    return lambda line: [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]


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


def table_form(verb: Verb, sheet: TableSheet, columns: Columns, end: CountedLine | None, path: KeyPath) -> TableForm:
    """Raises `SheetError`."""
    check_places(sheet.empty, (*path, "empty"))
    one_line(sheet.empty, (*path, "empty"))
    for key, given in (("wrap", sheet.wrap is not None), ("under_titles", sheet.under_titles)):
        if given and sheet.delimiter is not None:
            raise SheetError((*path, key), "is for aligned columns: there is a delimiter")
    if sheet.padded and sheet.delimiter is None:
        raise SheetError((*path, "padded"), "is for cells with a delimiter: aligned ones have blanks between them")
    if sheet.under_titles and (not sheet.titles or sheet.wrap is not None):
        raise SheetError((*path, "under_titles"), "needs titles, and lines that are not wrapped")
    if sheet.empty is None and not sheet.titles and sheet.end is None and not is_single(verb):
        raise SheetError(path, 'without titles and end it needs `empty`: `""` where no row is no text')
    return TableForm(columns, sheet, end)
