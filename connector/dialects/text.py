"""Text with places in it: `Virtual Disk, id [{id}], successfully created`, written and read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.dialects.form import SheetError
from connector.dialects.places import Place, Places
from connector.toml_lines import KeyPath

__all__ = ["ANYTHING", "WORD", "Text", "text_of"]

_PIECE = re.compile(r"\{\{|\}\}|\{(?P<name>\w+)\}|(?P<literal>[^{}]+)|(?P<stray>[{}])")

WORD = r"[^\0]*"
"""What fits into a place of a word, where the place does not say."""
ANYTHING = r".*?"
"""The same in a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """parts: literal texts and places, in order. regex: for all of it; each place is a group of its name."""

    parts: tuple[str | Place, ...]
    regex: str
    whole: re.Pattern[str]

    @property
    def places(self) -> tuple[Place, ...]:
        """Each once."""
        return tuple({part.name: part for part in self.parts if isinstance(part, Place)}.values())

    def write(self, values: Mapping[str, Any]) -> str:
        """Raises `ValueError`; `KeyError` where a value is missing."""
        return "".join([part if isinstance(part, str) else part.write(values) for part in self.parts])

    def read(self, text: str, values: dict[str, Any]) -> bool:
        """Add what it says to the values; False where it is another text. Raises `ValueError` for a wrong value."""
        found = self.whole.fullmatch(text)
        if found is None:
            return False
        for place in self.places:
            place.read(found[place.name], values)
        return True


def text_of(text: str, places: Places, fields: tuple[str, ...], path: KeyPath, *, default: str) -> Text:
    """fields: those of the contract that may stand in it. default: what fits a place that does not say. Raises
    `SheetError`."""
    parts: list[str | Place] = []
    for piece in _PIECE.finditer(text):
        if piece["stray"]:
            raise SheetError(path, f"a brace without its partner in {text!r}; a brace of its own is written twice")
        if piece["name"]:
            parts.append(places.find(piece["name"], fields, path))
        else:
            parts.append(piece["literal"] or piece[0][0])
    regex = _regex(parts, default)
    return Text(parts=tuple(parts), regex=regex, whole=re.compile(regex, re.DOTALL))


def _regex(parts: list[str | Place], default: str) -> str:
    regex, seen = "", set()
    for part in parts:
        if isinstance(part, str):
            regex += re.escape(part)
        elif part.name in seen:
            regex += f"(?P={part.name})"
        else:
            seen.add(part.name)
            regex += f"(?P<{part.name}>{part.pattern or default})"
    return regex
