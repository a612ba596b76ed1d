"""What comes in at a shell, cut into lines: the form that a script's input and a person's typing share."""

import codecs
from dataclasses import dataclass
from enum import Enum, auto

__all__ = ["ControlKey", "LineSplitter", "Typed", "TypedLine"]


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line without its end. None: it was too long, and was dropped."""

    text: str | None


class ControlKey(Enum):
    """What can be typed besides lines."""

    INTERRUPT = auto()
    END_OF_INPUT = auto()


Typed = TypedLine | ControlKey


class LineSplitter:
    """Lines as a script sends them, of at most `limit` characters."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._too_long = False

    def feed(self, data: bytes) -> list[Typed]:
        *lines, self._rest = (self._rest + self._decoder.decode(data)).split("\n")
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
