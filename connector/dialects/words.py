"""A command line as words: quoted so that no word can mean anything to a shell, and read back as a shell would.

Reading is stricter than a shell: where a shell would expand, redirect or chain, there is an error instead. So a client
that forgets to quote is found out by a fake, rather than served.
"""

import re
from shlex import quote

from connector.errors import CommandError

__all__ = ["MAX_LINE", "checked_line", "quote", "split_words"]

MAX_LINE = 128 * 1024
"""Bytes. Linux gives one argument of a program no more (MAX_ARG_STRLEN), and `sh -c LINE` is one argument."""

_BARE = r"[^\s'\"\\|&;<>()$`*?\[\]{}~\#]"
_PIECE = re.compile(
    rf"""
    (?P<gap>[ \t]+)
  | '(?P<single>[^']*)'
  | "(?P<double>(?:[^"\\$`]|\\.)*)"
  | \\(?P<escaped>[^\n])
  | (?P<bare>{_BARE}+)
    """,
    re.VERBOSE | re.DOTALL,
)
_PLAIN = re.compile(rf"[ \t]*+(?:{_BARE}++[ \t]*+)*+")
"""Nothing quoted: then blanks alone part the words."""

# Inside double quotes a shell takes the backslash away before these only.
_UNESCAPE = re.compile(r'\\([$`"\\])')


def checked_line(line: str) -> str:
    """The line itself. Raises `CommandError` for text that no shell can carry."""
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
    if _PLAIN.fullmatch(line):
        return line.split()
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
