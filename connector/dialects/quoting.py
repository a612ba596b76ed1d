"""How words that hold blanks or signs stand in a command line: as a shell has them, in double quotes, or not at all."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connector.dialects.sheet import Quotes
from connector.dialects.words import quote as shell_quote
from connector.dialects.words import split_words
from connector.errors import CommandError

__all__ = ["QUOTINGS", "Quoting"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_PIECE = re.compile(r"[ \t]+|\"(?P<quoted>[^\"]*)\"|(?P<bare>[^ \t\"]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoting:
    """Both directions; each raises `CommandError`."""

    quote: Callable[[str], str]
    split: Callable[[str], list[str]]


def _double(word: str) -> str:
    _check(word)
    if '"' in word:
        raise CommandError(f"{word[:80]!a}: a quotation mark cannot be told to this connector")
    return f'"{word}"' if not word or " " in word else word


def _split_double(line: str) -> list[str]:
    words: list[str] = []
    is_open, position, line = False, 0, line.rstrip("\r\n")
    _check(line.replace("\t", " "))
    while position < len(line):
        piece = _PIECE.match(line, position)
        if piece is None:
            raise CommandError(f"column {position + 1}: a quotation mark without its partner")
        position = piece.end()
        text = piece["bare"] if piece["quoted"] is None else piece["quoted"]
        if text is None:
            is_open = False
        elif is_open:
            words[-1] += text
        else:
            words.append(text)
            is_open = True
    return words


def _bare(word: str) -> str:
    _check(word)
    if not word or " " in word:
        raise CommandError(f"{word[:80]!a}: an empty word, or one with a blank, cannot be told to this connector")
    return word


def _split_bare(line: str) -> list[str]:
    line = line.rstrip("\r\n").replace("\t", " ")
    _check(line)
    return [word for word in line.split(" ") if word]


def _check(text: str) -> None:
    if found := _CONTROL.search(text):
        raise CommandError(f"{found[0]!a} cannot be part of a command line")


QUOTINGS: Mapping[Quotes, Quoting] = {
    "shell": Quoting(quote=shell_quote, split=split_words),
    "double": Quoting(quote=_double, split=_split_double),
    "none": Quoting(quote=_bare, split=_split_bare),
}
