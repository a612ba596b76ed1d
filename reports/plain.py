"""Text of others, made fit for a terminal: a journal may be anybody's, and its title could move the cursor."""

import re

__all__ = ["plain"]

_MOVING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """The same text, with what a terminal would obey spelled out. Line ends stay."""
    return _MOVING.sub(_spelled, text)


def _spelled(found: re.Match[str]) -> str:
    return repr(found[0])[1:-1]
