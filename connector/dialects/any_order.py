"""Reads the words of a command whose options may be in any order."""

from collections.abc import Sequence
from typing import Any

from connector.dialects.items import Item
from connector.dialects.places import TextPlace
from connector.dialects.text import Text
from connector.errors import CommandError

__all__ = ["AnyOrder", "read_place"]


class AnyOrder:
    """Word after word: those before the first option as they stand, then options and words as they come.

    text: the template, for complaints.
    """

    def __init__(self, text: str, items: Sequence[Item], words: Sequence[str]) -> None:
        self._text = text
        self._items = items
        self._words = words
        self._at = 0
        self._values: dict[str, Any] = {}
        self._options = [item for item in items if item.flag is not None]
        self._plain = [item for item in items if item.flag is None]

    def values(self) -> dict[str, Any]:
        """Raises `CommandError` saying what is wrong."""
        leading = 0
        while leading < len(self._items) and self._items[leading].flag is None:
            leading += 1
        first = [self._take(item) for item in self._items[:leading]]
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
                raise CommandError(f"a word is missing; accepted: {self._text}")
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
            raise CommandError(f"{word!a} is not expected here; accepted: {self._text}")

    def _fits(self, option: Item) -> bool:
        words = self._words[self._at : self._at + len(option.words)]
        return len(words) == len(option.words) and all(map(_fits, option.words, words))

    def _take_option(self, option: Item) -> None:
        self._options.remove(option)
        words = self._words[self._at : self._at + len(option.words)]
        if len(words) < len(option.words):
            raise CommandError(f"{words[0]} needs a word after it; accepted: {self._text}")
        for text, word in zip(option.words, words, strict=True):
            _read_word(text, word, self._values)
        self._at += len(words)

    def _check_missing(self) -> None:
        for option in self._options:
            if option.required:
                raise CommandError(f"{option.flag} is missing; accepted: {self._text}")
        if any(item.required for item in self._plain):
            raise CommandError(f"a word is missing; accepted: {self._text}")


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
        read_place(text, place, told, values)
        if earlier not in (None, values.get(place.field)):
            raise CommandError(f"{place.field} is told twice, as {earlier!a} and as {values[place.field]!a}")


def read_place(word: Text, place: TextPlace, text: str, values: dict[str, Any]) -> None:
    """Add what stands at a place of a word to the values. Raises `CommandError`."""
    try:
        word.take(place, text, values)
    except ValueError as error:
        raise CommandError(f"{place.name}: {error}") from error
