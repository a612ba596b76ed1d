"""Where each key of a TOML text stands: `tomllib` gives the values, this gives their lines.

It scans only text that `tomllib` has accepted, so it skips values without judging them.
"""

import re
import tomllib
from bisect import bisect_right

__all__ = ["KeyPath", "key_lines"]

KeyPath = tuple[str | int, ...]
"""Keys of tables and indices of arrays, from the root: `("faults", 0, "kind")`."""

_GAP = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r"""
    \"{3} (?: \\. | [^\\] )*? \"{3} \"{0,2}   # the closing quotes may follow up to two that are content
    | '{3} .*? '{3} '{0,2}
    | " (?: \\. | [^"\\] )* "
    | ' [^']* '
    """,
    re.DOTALL | re.VERBOSE,
)
_SCALAR = re.compile(r"[^,\]}\n#]*")


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line (from 1) of every key and array entry of a valid TOML text with `\\n` line ends."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line_ends = [match.start() for match in re.finditer("\n", text)]
        self._newest: dict[KeyPath, int] = {}
        self._lines: dict[KeyPath, int] = {}

    def scan(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        self._skip(_GAP)
        while self._at < len(self._text):
            if self._text.startswith("[[", self._at):
                table = self._array_header()
            elif self._text[self._at] == "[":
                table = self._table_header()
            else:
                self._pair(table)
            self._skip(_GAP)
        return self._lines

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            return ""
        self._at = match.end()
        return match.group()

    def _note(self, path: KeyPath, at: int) -> None:
        """Record a path; a table that is only implied by a longer key keeps the first line that implies it."""
        line = bisect_right(self._line_ends, at - 1) + 1
        for length in range(1, len(path)):
            self._lines.setdefault(path[:length], line)
        self._lines[path] = line

    def _array_header(self) -> KeyPath:
        start = self._at
        self._at += 2
        *outer, last = self._keys()
        self._at += 2
        array = (*self._inside(outer), last)
        self._newest[array] = self._newest.get(array, -1) + 1
        entry = (*array, self._newest[array])
        self._lines.setdefault(array, bisect_right(self._line_ends, start - 1) + 1)
        self._note(entry, start)
        return entry

    def _table_header(self) -> KeyPath:
        start = self._at
        self._at += 1
        table = self._inside(self._keys())
        self._at += 1
        self._note(table, start)
        return table

    def _inside(self, keys: list[str]) -> KeyPath:
        """The table that a header means: within an array of tables, its newest entry."""
        path: KeyPath = ()
        for key in keys:
            path = (*path, key)
            if path in self._newest:
                path = (*path, self._newest[path])
        return path

    def _keys(self) -> list[str]:
        """A dotted key and the blanks around it."""
        keys = []
        while True:
            self._skip(_GAP)
            quoted = self._skip(_STRING)
            keys.append(tomllib.loads(f"key = {quoted}")["key"] if quoted else self._skip(_BARE_KEY))
            if not self._skip(_DOT):
                self._skip(_GAP)
                return keys

    def _pair(self, table: KeyPath) -> None:
        start = self._at
        path = (*table, *self._keys())
        self._at += 1
        self._note(path, start)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        self._skip(_GAP)
        opening = self._text[self._at]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        elif not self._skip(_STRING):
            self._skip(_SCALAR)

    def _array(self, path: KeyPath) -> None:
        index = 0
        while self._entry_follows("]"):
            self._note((*path, index), self._at)
            self._value((*path, index))
            index += 1

    def _inline_table(self, path: KeyPath) -> None:
        while self._entry_follows("}"):
            self._pair(path)

    def _entry_follows(self, closing: str) -> bool:
        """Step over the opening bracket or a comma; False and past `closing` at the end."""
        self._skip(_GAP)
        if self._text[self._at] in "[{,":
            self._at += 1
            self._skip(_GAP)
        if self._text[self._at] == closing:
            self._at += 1
            return False
        return True
