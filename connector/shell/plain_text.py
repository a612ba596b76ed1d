"""Bytes from a shell as text: without the escape sequences that only a terminal understands."""

import codecs
import re

__all__ = ["PlainText"]

_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][0-9A-Za-z]|[=>78MDEHc])")
_LONGEST = 64


class PlainText:
    """Takes bytes in any pieces. What is no UTF-8 becomes surrogates, so that it can be told later."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._begun = ""

    def feed(self, data: bytes) -> str:
        """The text that is complete by now: the beginning of an escape sequence waits for its end."""
        text = self._begun + self._decoder.decode(data)
        self._begun = ""
        if "\x1b" not in text:
            return text
        text = _ESCAPE.sub("", text)
        at = text.rfind("\x1b")
        if at >= 0 and len(text) - at < _LONGEST:
            text, self._begun = text[:at], text[at:]
        return text.replace("\x1b", "")
