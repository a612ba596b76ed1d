"""Rows as lines of text with places."""

from collections.abc import Sequence

from connector.dialects.ends import CountedLine
from connector.dialects.form import CommandValues, SheetError, alone, check_places, lines_of, one_line
from connector.dialects.reply_sheets import LinesSheet
from connector.dialects.rows import Row, is_single
from connector.dialects.text import Text
from connector.operations import Verb
from connector.toml_lines import KeyPath

__all__ = ["LinesForm", "lines_form"]


class LinesForm:
    """The start, a line per row, and the end, as far as the sheet has them."""

    def __init__(self, line: Text, empty: str | None, start: CountedLine | None, end: CountedLine | None) -> None:
        self._line = line
        self._empty = empty
        self._start = start
        self._end = end

    @property
    def shows_its_end(self) -> bool:
        return self._end is not None

    def write(self, rows: Sequence[Row], asked: CommandValues) -> str:
        if not rows and self._empty is not None:
            return alone(self._empty)
        told = asked.values
        lines = [self._line.write({**told, **row}) for row in rows]
        if self._start is not None:
            lines.insert(0, self._start.write(len(rows), told))
        if self._end is not None:
            lines.append(self._end.write(len(rows), told))
        return "".join(f"{line}\n" for line in lines)

    def read(self, text: str, asked: CommandValues) -> list[Row]:
        lines = lines_of(text) if text.strip("\r\n") else []
        if self._empty is not None and lines == ([self._empty] if self._empty else []):
            return []
        rows = len(lines) - (self._start is not None) - (self._end is not None)
        if self._start is not None and not (rows >= 0 and self._start.fits(lines[0], rows)):
            raise ValueError(f"{text[:80]!a} does not begin as it should, or has not as many lines as it says")
        if self._end is not None and not (rows >= 0 and self._end.fits(lines[-1], rows)):
            raise ValueError("there is no end, or not as many lines as it says")
        first = int(self._start is not None)
        return [self._row(line) for line in lines[first : first + rows]]

    def _row(self, line: str) -> Row:
        row: Row = {}
        if not self._line.read(line, row):
            raise ValueError(f"{line[:80]!a} is not a line of this reply")
        return row


def lines_form(
    verb: Verb, sheet: LinesSheet, line: Text, around: tuple[CountedLine | None, CountedLine | None], path: KeyPath
) -> LinesForm:
    """around: the start and the end. Raises `SheetError`."""
    for key, text in (("line", sheet.line), ("empty", sheet.empty)):
        one_line(text, (*path, key))
    check_places(sheet.empty, (*path, "empty"))
    if sheet.empty is None and sheet.start is None and sheet.end is None and not is_single(verb):
        raise SheetError(path, 'without start and end it needs `empty`: `""` where no row is no text')
    return LinesForm(line, sheet.empty, *around)
