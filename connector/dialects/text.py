"""Text with places in it: `Virtual Disk, id [{id}], successfully created`, written and read."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.dialects.form import SheetError
from connector.dialects.places import Places, TextPlace
from connector.toml_lines import KeyPath

__all__ = ["ANYTHING", "WORD", "Text", "regex_of", "text_of"]

_PIECE = re.compile(r"\{\{|\}\}|\{(?P<name>\w+)\}|(?P<literal>[^{}]+)|(?P<stray>[{}])")

WORD = r"[^\0]*"
"""What fits into a place of a word, where the place does not say."""
ANYTHING = r".*?"
"""The same in a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """parts: literal texts and places, in order; places: those, each once. regex: for all of it; each place is a group
    of its name.

    nothing: what stands at a place of which the field may have no value, and has none; None: it has to have one.
    alone: the place that is all of it, and always has a value.
    """

    parts: tuple[str | TextPlace, ...]
    places: tuple[TextPlace, ...]
    regex: str
    whole: re.Pattern[str]
    nothing: str | None
    alone: TextPlace | None

    @property
    def named(self) -> str:
        """What to call it in a complaint."""
        return ", ".join(place.name for place in self.places)

    def write(self, values: Mapping[str, Any]) -> str:
        """Raises `ValueError`; `KeyError` where a value is missing."""
        if self.alone is not None:
            return self.alone.write(values)
        return "".join([part if isinstance(part, str) else self._place(part, values) for part in self.parts])

    def _place(self, place: TextPlace, values: Mapping[str, Any]) -> str:
        """What stands at one place. Raises `ValueError`; `KeyError`."""
        if self.nothing is not None and place.may_be_absent and values.get(place.field) is None:
            return self.nothing
        text = place.write(values)
        if text == self.nothing and place.may_be_absent:
            raise ValueError(f"{text!a} stands for no value here")
        return text

    def read(self, text: str, values: dict[str, Any]) -> bool:
        """Add what it says to the values; False where it is another text. Raises `ValueError` for a wrong value."""
        found = self.whole.fullmatch(text)
        if found is None:
            return False
        for place in self.places:
            self.take(place, found[place.name], values)
        return True

    def take(self, place: TextPlace, text: str, values: dict[str, Any]) -> None:
        """Add what stands at one place to the values. Raises `ValueError`."""
        if text == self.nothing and place.may_be_absent:
            values[place.field] = None
        else:
            place.read(text, values)


def text_of(
    text: str, places: Places, fields: tuple[str, ...], path: KeyPath, *, default: str, nothing: str | None = None
) -> Text:
    """fields: those of the contract that may stand in it. default: what fits a place that does not say. nothing: as
    `Text` has it. Raises `SheetError`."""
    parts: list[str | TextPlace] = []
    for piece in _PIECE.finditer(text):
        if piece["stray"]:
            raise SheetError(path, f"a brace without its partner in {text!r}; a brace of its own is written twice")
        if piece["name"]:
            parts.append(places.find(piece["name"], fields, path))
        else:
            parts.append(piece["literal"] or piece[0][0])
    regex = regex_of(parts, nothing, lambda place: place.pattern or default)
    found = tuple({part.name: part for part in parts if isinstance(part, TextPlace)}.values())
    alone = found[0] if len(parts) == 1 and found and not (nothing is not None and found[0].may_be_absent) else None
    whole = re.compile(regex, re.DOTALL)
    return Text(parts=tuple(parts), places=found, regex=regex, whole=whole, nothing=nothing, alone=alone)


def regex_of(
    parts: Sequence[str | TextPlace],
    nothing: str | None,
    pattern_of: Callable[[TextPlace], str],
    seen: set[str] | None = None,
) -> str:
    """Of all of a text. A place that stood before, in `seen` too, has to be the same again."""
    regex, seen = "", set() if seen is None else seen
    for part in parts:
        if isinstance(part, str):
            regex += re.escape(part)
        elif part.name in seen:
            regex += f"(?P={part.name})"
        else:
            seen.add(part.name)
            absent = f"{re.escape(nothing)}|" if nothing is not None and part.may_be_absent else ""
            regex += f"(?P<{part.name}>{absent}{pattern_of(part)})"
    return regex
