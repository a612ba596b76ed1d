"""Secrets, replaced in whatever is about to be written: as they are, in base64, and escaped as URLs, JSON and HTML do.

What is searched is all of a stream, so that it does not matter in which pieces it came. Between two characters of a
secret a terminal's line breaks and cursor movements are allowed.
"""

import html.entities
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import ceil

__all__ = ["MARKER", "MIN_LENGTH", "Redacted", "Redactor"]

MIN_LENGTH = 4
"""Characters. What is shorter would be found everywhere, and a tape without it would be of no use."""
_LINE_LENGTH = 8
"""Of a secret of several lines, such as a key, each line of so many characters is one as well: lines may be typed."""

MARKER = re.compile(r"\[secret [^\]\s]+\]")
_BETWEEN = rb"(?:[\r\n\x08]|\x1b\[[0-9;?]*[ -/]*[@-~]|\x20\r)*"
_DIGIT = rb"[A-Za-z0-9+/_-]"
_ENTITIES = {chr(point): name for point, name in html.entities.codepoint2name.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """Bytes without secrets. sizes: of the pieces that the bytes came in, as they are now."""

    data: bytes
    sizes: tuple[int, ...]


class Redactor:
    """secrets: by a name that stands in their place. Others may be added, and hold for what is written afterwards."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._patterns: list[tuple[str, re.Pattern[bytes]]] = []
        self._known: set[str] = set()
        for name, secret in secrets.items():
            self.add(name, secret)

    def add(self, name: str, secret: str) -> None:
        """What is too short is left out."""
        lines = [line for line in secret.splitlines() if len(line) >= _LINE_LENGTH]
        for text in (secret, *lines):
            if len(text) >= MIN_LENGTH and text not in self._known:
                self._known.add(text)
                self._patterns.append((name, _pattern(text)))

    def text(self, text: str) -> str:
        return self.data(text.encode("utf-8", "surrogateescape")).data.decode("utf-8", "surrogateescape")

    def data(self, data: bytes, sizes: tuple[int, ...] = ()) -> Redacted:
        """sizes: of the pieces in which the data came."""
        ends = list(accumulate(sizes))
        for name, pattern in self._patterns:
            data, ends = _replaced(data, ends, pattern, f"[secret {name}]".encode())
        return Redacted(data=data, sizes=tuple(end - start for start, end in zip([0, *ends], ends, strict=False)))


def _replaced(data: bytes, ends: list[int], pattern: re.Pattern[bytes], by: bytes) -> tuple[bytes, list[int]]:
    """A piece that ends within a secret ends before what stands in its place."""
    parts: list[bytes] = []
    moved = list(ends)
    at = 0
    length = 0
    for found in pattern.finditer(data):
        parts += [data[at : found.start()], by]
        start = length + found.start() - at
        length = start + len(by)
        shift = length - found.end()
        moved = [
            now if end <= found.start() else start if end < found.end() else end + shift
            for now, end in zip(moved, ends, strict=True)
        ]
        at = found.end()
    if not parts:
        return data, ends
    return b"".join([*parts, data[at:]]), moved


def _pattern(secret: str) -> re.Pattern[bytes]:
    forms = [_BETWEEN.join(map(_spellings, secret)), *_in_base64(secret.encode())]
    forms += [re.escape(form) for form in (secret.encode().hex().encode(), secret.encode().hex().upper().encode())]
    return re.compile(b"|".join(forms))


def _spellings(character: str) -> bytes:
    """One character, as texts of all kinds spell it."""
    raw = character.encode()
    percent = b"".join(b"%%(?i:%02x)" % byte for byte in raw)
    hexes = b"".join(rb"\\x(?i:%02x)" % byte for byte in raw)
    units = character.encode("utf-16-be")
    unicode = b"".join(rb"\\u(?i:%s)" % units[at : at + 2].hex().encode() for at in range(0, len(units), 2))
    point = ord(character)
    forms = [rb"\\?" + re.escape(raw), percent, hexes, unicode, rb"&#0*%d;" % point, rb"&#[xX]0*(?i:%x);" % point]
    if character in _ENTITIES:
        forms.append(rb"&%s;" % _ENTITIES[character].encode())
    special = {
        " ": [rb"\+"],
        "'": [rb"'\\''", b"'\"'\"'", b"&apos;"],
        "\n": [rb"\r\n?", rb"\\n"],
        "\t": [rb"\\t"],
        "\r": [rb"\\r"],
    }
    return b"(?:" + b"|".join([*forms, *special.get(character, [])]) + b")"


def _in_base64(secret: bytes) -> list[bytes]:
    """At each place in a group of three bytes where it may begin; digits that it shares with its neighbours too."""
    found = []
    for before in range(3):
        digits = b64encode(b"\0" * before + secret).rstrip(b"=")
        first, whole = ceil(before * 8 / 6), (before + len(secret)) * 8 // 6
        core = _BETWEEN.join(map(_digit, digits[first:whole].decode()))
        shared = _DIGIT + _BETWEEN if before else b""
        rest = b"" if (before + len(secret)) % 3 == 0 else _BETWEEN + _DIGIT + b"?"
        found.append(shared + core + rest + b"=*")
    return found


def _digit(digit: str) -> bytes:
    """In either alphabet, and as URLs spell it."""
    return {"+": rb"(?:[+-]|%2[bB])", "/": rb"(?:[/_]|%2[fF]|\\/)"}.get(digit, digit.encode())
