"""Rows as lines of text with places."""

from collections.abc import Sequence

from connector.dialects.form import COUNT, CommandValues, SheetError, alone, check_places, counted, lines_of, one_line
from connector.dialects.reply_sheets import LinesSheet
from connector.dialects.rows import Row, is_single
from connector.dialects.text import Text
from connector.operations import Verb
from connector.toml_lines import KeyPath

__all__ = ["LinesForm", "lines_form"]


class LinesForm:
    """The start, a line per row, and the end, as far as the sheet has them."""

    def __init__(self, line: Text, sheet: LinesSheet) -> None:
        self._line = line
        self._sheet = sheet

    @property
    def shows_its_end(self) -> bool:
        return self._sheet.end is not None

    def write(self, rows: Sequence[Row], asked: CommandValues) -> str:
        sheet = self._sheet
        if not rows and sheet.empty is not None:
            return alone(sheet.empty)
        told = asked.values
        lines = [self._line.write({**told, **row}) for row in rows]
        if sheet.start is not None:
            lines.insert(0, sheet.start)
        if sheet.end is not None:
            lines.append(counted(sheet.end, len(rows)))
        return "".join(f"{line}\n" for line in lines)

    def read(self, text: str, asked: CommandValues) -> list[Row]:
        sheet = self._sheet
        lines = lines_of(text) if text.strip("\r\n") else []
        if sheet.empty is not None and lines == ([sheet.empty] if sheet.empty else []):
            return []
        if sheet.start is not None:
            if lines[:1] != [sheet.start]:
                raise ValueError(f"{text[:80]!a} does not begin with {sheet.start!a}")
            del lines[0]
        if sheet.end is not None:
            if not lines or lines[-1] != counted(sheet.end, len(lines) - 1):
                raise ValueError("there is no end, or not as many lines as it says")
            del lines[-1]
        return [self._row(line) for line in lines]

    def _row(self, line: str) -> Row:
        row: Row = {}
        if not self._line.read(line, row):
            raise ValueError(f"{line[:80]!a} is not a line of this reply")
        return row


def lines_form(verb: Verb, sheet: LinesSheet, line: Text, path: KeyPath) -> LinesForm:
    """Raises `SheetError`."""
    for key, text in (("line", sheet.line), ("start", sheet.start), ("end", sheet.end), ("empty", sheet.empty)):
        one_line(text, (*path, key))
    for key, text in (("start", sheet.start), ("empty", sheet.empty)):
        check_places(text, (*path, key))
    check_places(sheet.end, (*path, "end"), (COUNT,))
    if sheet.end is not None and (COUNT not in sheet.end) != is_single(verb):
        raise SheetError((*path, "end"), f"must be one line with {COUNT} in it, for a list, and without for one share")
    if sheet.empty is None and sheet.start is None and sheet.end is None and not is_single(verb):
        raise SheetError(path, 'without start and end it needs `empty`: `""` where no row is no text')
    return LinesForm(line, sheet)
