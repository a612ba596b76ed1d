"""Numbers that a browser hands back: whether they are of this start of the sandbox, or of another one."""

import secrets

__all__ = ["StartIds"]

_DIGITS = 18
"""Nobody was given a number with more."""


class StartIds:
    """start: tells the numbers of one start from those of another."""

    def __init__(self, start: str = "") -> None:
        self._start = start or secrets.token_hex(4)

    def id_of(self, number: int) -> str:
        """A number as a browser gets it."""
        return f"{self._start}-{number}"

    def number_of(self, text: str) -> int | None:
        """The number that a browser hands back; None for one of another start, and for what is none."""
        start, _, number = text.rpartition("-")
        is_number = number.isascii() and number.isdecimal() and len(number) <= _DIGITS
        return int(number) if start == self._start and is_number else None
