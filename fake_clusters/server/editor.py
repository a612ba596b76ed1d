"""A line editor for a terminal: echo, cursor keys and the control keys that every shell has."""

import codecs
from collections.abc import Callable

from fake_clusters.server.typed_input import ControlKey, Typed, TypedLine

__all__ = ["LineEditor"]


class LineEditor:
    """Takes keystrokes, echoes what a terminal has to show, gives lines. A line holds at most `limit` characters."""

    def __init__(self, limit: int, echo: Callable[[str], None]) -> None:
        self._limit = limit
        self._show = echo
        self._shown: list[str] = []
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._text = ""
        self._at = 0
        self._escape = ""
        self._after_return = False

    def feed(self, data: bytes) -> list[Typed]:
        typed = [self._key(key) for key in self._decoder.decode(data)]
        if self._shown:
            self._show("".join(self._shown))
            self._shown.clear()
        return [event for event in typed if event is not None]

    def _echo(self, text: str) -> None:
        """Show it with all else of these keystrokes: a write for each would let a flood of them hold up everyone."""
        self._shown.append(text)

    def _key(self, key: str) -> Typed | None:
        after_return, self._after_return = self._after_return, key == "\r"
        if self._escape or key == "\x1b":
            self._escaped(key)
        elif key == "\r" or (key == "\n" and not after_return):
            self._echo("\r\n")
            return TypedLine(self._take())
        elif key == "\x03":
            self._echo("^C\r\n")
            self._take()
            return ControlKey.INTERRUPT
        elif key == "\x04" and not self._text:
            return ControlKey.END_OF_INPUT
        elif key in _CONTROLS:
            _CONTROLS[key](self)
        elif key.isprintable():
            self._insert(key)
        return None

    def _escaped(self, key: str) -> None:
        """One more key of an escape sequence: ESC [ or ESC O, parameters, a letter or ~."""
        self._escape += key
        body = self._escape[1:]
        complete = len(body) > 1 and (key.isalpha() or key == "~")
        foreign = body[:1] not in {"", "[", "O"}
        if complete or foreign or len(body) > 8:
            self._escape = ""
            _ESCAPES.get(body[1:], _nothing)(self)

    def _take(self) -> str:
        text, self._text, self._at = self._text, "", 0
        return text

    def _insert(self, key: str) -> None:
        if len(self._text) >= self._limit:
            if self._shown[-1:] != ["\a"]:  # one bell for a whole flood
                self._echo("\a")
            return
        rest = self._text[self._at :]
        self._text = self._text[: self._at] + key + rest
        self._at += 1
        self._echo(key + rest + "\b" * len(rest))

    def move(self, to: int) -> None:
        """Put the cursor there, as far as the line goes."""
        to = min(max(to, 0), len(self._text))
        self._echo("\b" * (self._at - to) if to < self._at else self._text[self._at : to])
        self._at = to

    def delete(self, begin: int, end: int) -> None:
        """Take out what lies between, and put the cursor there."""
        begin, end = max(begin, 0), min(end, len(self._text))
        self.move(begin)
        rest = self._text[end:]
        self._text = self._text[:begin] + rest
        self._echo(rest + " " * (end - begin) + "\b" * (len(rest) + end - begin))

    def word(self) -> int:
        """Where the word before the cursor begins."""
        before = self._text[: self._at].rstrip()
        return len(before) - len(before.split(" ")[-1])

    @property
    def at(self) -> int:
        return self._at

    @property
    def length(self) -> int:
        return len(self._text)


def _nothing(line: LineEditor) -> None:
    return


def _left(line: LineEditor) -> None:
    line.move(line.at - 1)


def _right(line: LineEditor) -> None:
    line.move(line.at + 1)


def _home(line: LineEditor) -> None:
    line.move(0)


def _end(line: LineEditor) -> None:
    line.move(line.length)


def _erase_before(line: LineEditor) -> None:
    line.delete(line.at - 1, line.at)


def _erase_at(line: LineEditor) -> None:
    line.delete(line.at, line.at + 1)


def _erase_word(line: LineEditor) -> None:
    line.delete(line.word(), line.at)


def _erase_to_start(line: LineEditor) -> None:
    line.delete(0, line.at)


def _erase_to_end(line: LineEditor) -> None:
    line.delete(line.at, line.length)


_CONTROLS = {
    "\x01": _home,
    "\x02": _left,
    "\x04": _erase_at,
    "\x05": _end,
    "\x06": _right,
    "\x08": _erase_before,
    "\x0b": _erase_to_end,
    "\x15": _erase_to_start,
    "\x17": _erase_word,
    "\x7f": _erase_before,
}
_ESCAPES = {"C": _right, "D": _left, "F": _end, "H": _home, "1~": _home, "3~": _erase_at, "4~": _end}
