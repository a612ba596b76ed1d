"""Command templates: one line that both writes and reads a command.

`volume create -vserver svm1 -volume {name} [-comment {mark}]`: words and options, in the order in which they are
written; what stands in brackets may be missing. What is read may have its options in any order. A word that stands for
a place is taken as it is, so that a name such as `--size` is a name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.dialects.form import SheetError
from connector.dialects.places import Places, TextPlace
from connector.dialects.text import WORD, Text, text_of
from connector.errors import CommandError
from connector.toml_lines import KeyPath

__all__ = ["Item", "Template", "template_of"]

_ITEM = re.compile(r"\[(?P<optional>[^\[\]]+)\]|(?P<word>[^\s\[\]]+)|(?P<gap>\s+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Words that belong together: one, or an option and its value. required: it has to be there."""

    words: tuple[Text, ...]
    required: bool
    fields: tuple[str, ...]

    @property
    def flag(self) -> str | None:
        """The option that it is."""
        first = self.words[0].parts[0]
        return first if isinstance(first, str) and first.startswith("-") else None

    @property
    def places(self) -> tuple[TextPlace, ...]:
        return tuple(place for word in self.words for place in word.places)

    def is_told(self, values: Mapping[str, Any]) -> bool:
        """Whether it is written."""
        return self.required or any(field in values for field in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """strict: the words as they are written, each with a NUL after it. readers: the places; words: where they stand."""

    text: str
    items: tuple[Item, ...]
    literals: tuple[str, ...]
    strict: re.Pattern[str]
    readers: Mapping[str, TextPlace]
    words: Mapping[str, Text]

    @property
    def places(self) -> tuple[TextPlace, ...]:
        return tuple(self.readers.values())

    def is_required(self, field: str) -> bool:
        return any(item.required and field in [place.field for place in item.places] for item in self.items)

    def write(self, values: Mapping[str, Any]) -> list[str]:
        """The words of the command. Raises `CommandError` for a value that cannot be spelled."""
        words = []
        for item in self.items:
            if item.is_told(values):
                words += [_write(word, values) for word in item.words]
        return words

    def matches(self, joined: str) -> dict[str, Any] | None:
        """The values in words that stand as they are written. Raises `CommandError` for a wrong value."""
        found = self.strict.fullmatch(joined)
        if found is None:
            return None
        values: dict[str, Any] = {}
        for name, text in found.groupdict().items():
            if text is not None:
                _read(self.words[name], self.readers[name], text, values)
        return {name: value for name, value in values.items() if value is not None}

    def read(self, words: Sequence[str]) -> dict[str, Any]:
        """The values in words of which the options may be in any order. Raises `CommandError` saying what is wrong."""
        return _Reading(self, words).values()


class _Reading:
    """Word after word: those before the first option as they stand, then options and words as they come."""

    def __init__(self, template: Template, words: Sequence[str]) -> None:
        self._template = template
        self._words = words
        self._at = 0
        self._values: dict[str, Any] = {}
        self._options = [item for item in template.items if item.flag is not None]
        self._plain = [item for item in template.items if item.flag is None]

    def values(self) -> dict[str, Any]:
        leading = 0
        while leading < len(self._template.items) and self._template.items[leading].flag is None:
            leading += 1
        first = [self._take(item) for item in self._template.items[:leading]]
        try:
            while self._at < len(self._words):
                self._take_next()
            self._check_missing()
        except CommandError as error:
            for place, word in filter(None, first):
                if any(option.flag == word for option in self._options):
                    # A name such as `--size` is a name, but seldom meant as one.
                    raise CommandError(f"{error}; {word!a} was read as the {place}") from error
            raise
        return self._values

    def _take(self, item: Item) -> tuple[str, str] | None:
        """A word that is no option; what it was read as."""
        self._plain.remove(item)
        if self._at == len(self._words):
            if item.required:
                raise CommandError(f"a word is missing; accepted: {self._template.text}")
            return None
        word, text = self._words[self._at], item.words[0]
        self._at += 1
        _read_word(text, word, self._values)
        return (text.places[0].name, word) if text.places else None

    def _take_next(self) -> None:
        word = self._words[self._at]
        same = [option for option in self._options if _begins(option, word)]
        fitting = next((option for option in same if self._fits(option)), None)
        if same:
            self._take_option(fitting or same[0])
        elif self._plain and not (self._plain[0].words[0].places == () and not _fits(self._plain[0].words[0], word)):
            self._take(self._plain[0])
        else:
            raise CommandError(f"{word!a} is not expected here; accepted: {self._template.text}")

    def _fits(self, option: Item) -> bool:
        words = self._words[self._at : self._at + len(option.words)]
        return len(words) == len(option.words) and all(map(_fits, option.words, words))

    def _take_option(self, option: Item) -> None:
        self._options.remove(option)
        words = self._words[self._at : self._at + len(option.words)]
        if len(words) < len(option.words):
            raise CommandError(f"{words[0]} needs a word after it; accepted: {self._template.text}")
        for text, word in zip(option.words, words, strict=True):
            _read_word(text, word, self._values)
        self._at += len(words)

    def _check_missing(self) -> None:
        for option in self._options:
            if option.required:
                raise CommandError(f"{option.flag} is missing; accepted: {self._template.text}")
        if any(item.required for item in self._plain):
            raise CommandError(f"a word is missing; accepted: {self._template.text}")


def _begins(option: Item, word: str) -> bool:
    return option.flag == word if len(option.words) > 1 or not option.places else word.startswith(option.flag or "\0")


def _fits(text: Text, word: str) -> bool:
    return text.whole.fullmatch(word) is not None


def _read_word(text: Text, word: str, values: dict[str, Any]) -> None:
    found = text.whole.fullmatch(word)
    if found is None:
        wanted = "".join(part if isinstance(part, str) else f"{{{part.name}}}" for part in text.parts)
        if not text.places:
            raise CommandError(f"{word!a} where only {wanted!a} is accepted")
        if len(text.parts) > 1:
            raise CommandError(f"{word!a} is not of the form {wanted}")
    for place in text.places:
        told = word if found is None else found[place.name]
        earlier = values.get(place.field)
        _read(text, place, told, values)
        if earlier not in (None, values.get(place.field)):
            raise CommandError(f"{place.field} is told twice, as {earlier!a} and as {values[place.field]!a}")


def _read(word: Text, place: TextPlace, text: str, values: dict[str, Any]) -> None:
    try:
        word.take(place, text, values)
    except ValueError as error:
        raise CommandError(f"{place.name}: {error}") from error


def _write(text: Text, values: Mapping[str, Any]) -> str:
    if len(text.parts) == 1 and isinstance(text.parts[0], str):
        return text.parts[0]
    words = ""
    for part in text.parts:
        if isinstance(part, str):
            words += part
            continue
        try:
            words += text.place(part, values)
        except ValueError as error:
            raise CommandError(f"{part.name}: {error}") from error
    return words


def template_of(text: str, places: Places, fields: tuple[str, ...], path: KeyPath) -> Template:
    """fields: of the contract that may stand in it. Raises `SheetError`."""
    items = []
    for words, required in _groups(text, path):
        texts = tuple(_word(word, places, fields, path) for word in words)
        told = tuple(place.field for word in texts for place in word.places)
        items.append(Item(words=texts, required=required, fields=told))
    literals = []
    for item in items:
        if not item.required or item.flag is not None or item.places:
            break
        literals.append(item.words[0].write({}))
    if not literals:
        raise SheetError(path, "must begin with a literal word")
    return Template(
        text=text,
        items=tuple(items),
        literals=tuple(literals),
        strict=_strict(items),
        readers={place.name: place for item in items for place in item.places},
        words={place.name: word for item in items for word in item.words for place in word.places},
    )


def _word(word: str, places: Places, fields: tuple[str, ...], path: KeyPath) -> Text:
    """What may be absent has its word in brackets; in a word with others, what stands for nothing stands there."""
    nothing = places.nothing if word.count("{") > 1 else None
    return text_of(word, places, fields, path, default=WORD, nothing=nothing)


def _strict(items: Sequence[Item]) -> re.Pattern[str]:
    regex, seen = "", set[str]()
    for item in items:
        group = ""
        for word in item.words:
            group += _once(word, seen) + r"\0"
        regex += group if item.required else f"(?:{group})?"
    return re.compile(regex, re.DOTALL)


def _once(word: Text, seen: set[str]) -> str:
    """The regular expression of a word; a place that stood before has to be the same again."""
    regex = ""
    for part in word.parts:
        if isinstance(part, str):
            regex += re.escape(part)
        elif part.name in seen:
            regex += f"(?P={part.name})"
        else:
            seen.add(part.name)
            alone = len(word.parts) == 1
            # A value that is wrong is told as such, and not as another command: so a word alone takes anything.
            absent = f"{re.escape(word.nothing)}|" if word.nothing is not None and part.may_be_absent else ""
            pattern = WORD if alone and not part.own else part.pattern or WORD
            regex += f"(?P<{part.name}>{absent}{pattern})"
    return regex


def _groups(text: str, path: KeyPath) -> list[tuple[list[str], bool]]:
    """Words that belong together (an option and its value), and whether they must be there."""
    groups: list[tuple[list[str], bool]] = []
    position = 0
    while position < len(text):
        item = _ITEM.match(text, position)
        if item is None:
            raise SheetError(path, f"a bracket without its partner at column {position + 1}")
        position = item.end()
        if item["optional"]:
            groups.append((item["optional"].split(), False))
        elif item["word"] and _takes_value(groups) and not item["word"].startswith("-"):
            groups[-1][0].append(item["word"])
        elif item["word"]:
            groups.append(([item["word"]], True))
    return groups


def _takes_value(groups: Sequence[tuple[list[str], bool]]) -> bool:
    """Whether the last of them is an option without a value yet."""
    if not groups:
        return False
    (first, *more), required = groups[-1]
    return required and not more and first.startswith("-") and "=" not in first and "{" not in first
