"""Text of others, made fit for a terminal: a journal may be anybody's, and its title could move the cursor."""

import re

from connector.names import MOVING

__all__ = ["plain"]

_MOVING = re.compile(rf"(?!\n)[{MOVING}]")


def plain(text: str) -> str:
    """The same text, with what a terminal would obey spelled out. Line ends stay."""
    return _MOVING.sub(_spelled, text)


def _spelled(found: re.Match[str]) -> str:
    return repr(found[0])[1:-1]
