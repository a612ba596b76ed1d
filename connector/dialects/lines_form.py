"""Rows as lines of text with places."""

import re
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
    """The start, a line per row, and the end, as far as the sheet has them. in_one_line: no line ends between them."""

    def __init__(
        self, line: Text, empty: str | None, start: CountedLine | None, end: CountedLine | None, *, in_one_line: bool
    ) -> None:
        self._line = line
        self._empty = empty
        self._start = start
        self._end = end
        self._in_one_line = in_one_line
        around = [each.regex for each in (start, end) if each is not None]
        self._pieces = [re.compile(regex) for regex in (*around, line.regex)]

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
        if self._in_one_line:
            return alone("".join(lines))
        return "".join(f"{line}\n" for line in lines)

    def read(self, text: str, asked: CommandValues) -> list[Row]:
        lines = [] if not text.strip("\r\n") else self._parts(text) if self._in_one_line else lines_of(text)
        if self._empty is not None and lines == ([self._empty] if self._empty else []):
            return []
        rows = len(lines) - (self._start is not None) - (self._end is not None)
        if self._start is not None and not (rows >= 0 and self._start.fits(lines[0], rows)):
            raise ValueError(f"{text[:80]!a} does not begin as it should, or has not as many lines as it says")
        if self._end is not None and not (rows >= 0 and self._end.fits(lines[-1], rows)):
            raise ValueError("there is no end, or not as many lines as it says")
        first = int(self._start is not None)
        return [self._row(line) for line in lines[first : first + rows]]

    def _parts(self, text: str) -> list[str]:
        """Start, rows and end, whatever stands in one line: blanks and line ends between them say nothing."""
        if self._empty is not None and text.strip() == self._empty:
            return [self._empty]
        found: list[str] = []
        left = text.strip()
        while left:
            piece = next(filter(None, (pattern.match(left) for pattern in self._pieces)), None)
            if piece is None or not piece[0]:
                raise ValueError(f"{left[:80]!a} is nothing of this reply")
            found.append(piece[0])
            left = left[piece.end() :].lstrip()
        return found

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
    return LinesForm(line, sheet.empty, *around, in_one_line=sheet.in_one_line)
