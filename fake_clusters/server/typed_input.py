"""What comes in at a shell, cut into lines: the form that a script's input and a person's typing share."""

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

__all__ = ["ControlKey", "LineSplitter", "Typed", "TypedLine", "unseen"]


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line without its end. None: it was too long, and was dropped."""

    text: str | None


class ControlKey(Enum):
    """What can be typed besides lines."""

    INTERRUPT = auto()
    END_OF_INPUT = auto()


Typed = TypedLine | ControlKey


def unseen(text: str) -> None:
    """Nothing that is typed is shown."""


class LineSplitter:
    """Lines as a script sends them, of at most `limit` characters. end: what ends them. echo: shows what comes."""

    def __init__(self, limit: int, end: str = "\n", echo: Callable[[str], None] = unseen) -> None:
        self._limit = limit
        self._end = end
        self._echo = echo
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._too_long = False

    def feed(self, data: bytes) -> list[Typed]:
        text = self._decoder.decode(data)
        self._echo(text.replace(self._end, "\r\n"))
        *lines, self._rest = (self._rest + text).split(self._end)
        typed: list[Typed] = [self._line(line) for line in lines]
        if len(self._rest) > self._limit:
            self._rest, self._too_long = "", True
        return typed

    def end(self) -> list[Typed]:
        """What is left when no more comes."""
        rest, self._rest = self._rest, ""
        last: list[Typed] = [self._line(rest)] if rest or self._too_long else []
        return [*last, ControlKey.END_OF_INPUT]

    def _line(self, line: str) -> TypedLine:
        dropped, self._too_long = self._too_long or len(line) > self._limit, False
        return TypedLine(None if dropped else line.removesuffix("\r"))
