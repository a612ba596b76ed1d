"""A command line as words: quoted so that no word can mean anything to a shell, and read back as a shell would.

Reading is stricter than a shell: where a shell would expand, redirect or chain, there is an error instead. So a client
that forgets to quote is found out by a fake, rather than served.
"""

import re
import shlex
from collections.abc import Iterable

from connector.errors import CommandError

__all__ = ["MAX_LINE", "join_words", "split_words"]

MAX_LINE = 128 * 1024
"""Bytes. Linux gives one argument of a program no more (MAX_ARG_STRLEN), and `sh -c LINE` is one argument."""

_PIECE = re.compile(
    r"""
    (?P<gap>[ \t]+)
  | '(?P<single>[^']*)'
  | "(?P<double>(?:[^"\\$`]|\\.)*)"
  | \\(?P<escaped>[^\n])
  | (?P<bare>[^\s'"\\|&;<>()$`*?\[\]{}~\#\n]+)
    """,
    re.VERBOSE | re.DOTALL,
)
# Inside double quotes a shell takes the backslash away before these only.
_UNESCAPE = re.compile(r'\\([$`"\\])')


def join_words(words: Iterable[str]) -> str:
    """One line for a POSIX shell. Raises `CommandError` for text that no shell can carry."""
    line = " ".join(map(shlex.quote, words))
    if "\0" in line:
        raise CommandError("a NUL character cannot be part of a command line")
    try:
        length = len(line.encode())
    except UnicodeEncodeError as error:
        raise CommandError(f"{line[error.start]!a} is half of a surrogate pair, which UTF-8 cannot carry") from error
    if length > MAX_LINE:
        raise CommandError(f"the command line has {length} bytes; at most {MAX_LINE} are accepted")
    return line


def split_words(line: str) -> list[str]:
    """The words of a line. Raises `CommandError` where a shell would do more than split it."""
    words: list[str] = []
    open_word = False
    position = 0
    line = line.rstrip("\r\n")
    while position < len(line):
        piece = _PIECE.match(line, position)
        if piece is None:
            raise CommandError(f"column {position + 1}: {line[position]!a} means something to a shell: quote it")
        position = piece.end()
        if piece.lastgroup == "gap":
            open_word = False
        elif open_word:
            words[-1] += _text_of(piece)
        else:
            words.append(_text_of(piece))
            open_word = True
    return words


def _text_of(piece: re.Match[str]) -> str:
    text = piece[piece.lastgroup or 0]
    return _UNESCAPE.sub(r"\1", text) if piece.lastgroup == "double" else text
