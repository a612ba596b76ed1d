"""Command templates: one line that both writes and reads a command.

`volume create -vserver svm1 -volume {name} [-comment {mark}]`: words and options, in the order in which they are
written; what stands in brackets may be missing. What is read may have its options in any order. A word that stands for
a place is taken as it is, so that a name such as `--size` is a name.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import Any

from connector.dialects.any_order import AnyOrder, read_place
from connector.dialects.command_text import groups_of
from connector.dialects.form import SheetError
from connector.dialects.items import Item
from connector.dialects.places import Places, TextPlace
from connector.dialects.quoting import QUOTINGS, Quoting
from connector.dialects.text import WORD, Text, regex_of, text_of
from connector.errors import CommandError
from connector.toml_lines import KeyPath

__all__ = ["Template", "template_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passage:
    """Words that are written together. only_with: only where one of these fields has a value; None: always.

    words: quoted, or still to be written.
    """

    only_with: frozenset[str] | None
    words: tuple[str | Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """strict: the words as they are written, each with a NUL after it; its groups are the places of `told`, in order.

    passages: the same words as they are written. may_lack: a place of them may stand for no value.
    """

    text: str
    items: tuple[Item, ...]
    literals: tuple[str, ...]
    strict: re.Pattern[str]
    passages: tuple[_Passage, ...]
    told: tuple[tuple[Text, TextPlace], ...]
    may_lack: bool
    quoting: Quoting

    @property
    def places(self) -> tuple[TextPlace, ...]:
        return tuple(place for _, place in self.told)

    def line(self, values: Mapping[str, Any]) -> str:
        """The command. Raises `CommandError` for a value that cannot be spelled, `KeyError` for one that is missing."""
        words, quote = [], self.quoting.quote
        for passage in self.passages:
            if passage.only_with is None or not passage.only_with.isdisjoint(values):
                words += [word if isinstance(word, str) else quote(_write(word, values)) for word in passage.words]
        return " ".join(words)

    def matches(self, joined: str) -> dict[str, Any] | None:
        """The values in words that stand as they are written. Raises `CommandError` for a wrong value."""
        found = self.strict.fullmatch(joined)
        if found is None:
            return None
        values: dict[str, Any] = {}
        for (word, place), text in zip(self.told, found.groups(), strict=True):
            if text is not None:
                read_place(word, place, text, values)
        return _present(values) if self.may_lack else values

    def read(self, words: Sequence[str]) -> dict[str, Any]:
        """The values in words of which the options may be in any order. Raises `CommandError` saying what is wrong."""
        return _present(AnyOrder(self.text, self.items, words).values())


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _write(text: Text, values: Mapping[str, Any]) -> str:
    try:
        return text.write(values)
    except ValueError as error:
        raise CommandError(f"{text.named}: {error}") from error


def template_of(
    text: str, places: Places, fields: tuple[str, ...], path: KeyPath, quoting: Quoting = QUOTINGS["shell"]
) -> Template:
    """fields: of the contract that may stand in it. Raises `SheetError`."""
    items = []
    for words, required in groups_of(text, path, quoted=quoting is not QUOTINGS["none"]):
        texts = tuple(_word(word, places, fields, path) for word in words)
        told = tuple(place.field for word in texts for place in word.places)
        items.append(Item(words=texts, required=required, fields=told))
    literals = [item.words[0].write({}) for item in takewhile(_is_literal, items)]
    if not literals:
        raise SheetError(path, "must begin with a literal word")
    standing = [(word, place) for item in items for word in item.words for place in word.places]
    first = {place.name: (word, place) for word, place in reversed(standing)}
    strict = _strict(items)
    return Template(
        text=text,
        items=tuple(items),
        literals=tuple(literals),
        strict=strict,
        passages=tuple(_passages(items, quoting.quote)),
        told=tuple(first[name] for name in strict.groupindex),
        may_lack=any(word.nothing is not None for item in items for word in item.words),
        quoting=quoting,
    )


def _is_literal(item: Item) -> bool:
    return item.required and item.flag is None and not item.places


def _passages(items: Iterable[Item], quote: Callable[[str], str]) -> Iterator[_Passage]:
    """What has to be there in one passage as far as it goes, what may be missing each in one of its own."""
    for required, same in groupby(items, key=lambda item: item.required):
        if required:
            yield _Passage(only_with=None, words=tuple(word for item in same for word in _written(item, quote)))
        else:
            yield from (_Passage(only_with=frozenset(item.fields), words=tuple(_written(item, quote))) for item in same)


def _written(item: Item, quote: Callable[[str], str]) -> Iterator[str | Text]:
    for word in item.words:
        yield word if word.places else quote(word.write({}))


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
    """A value that is wrong is told as such, and not as another command: so a word alone takes anything."""
    is_alone = len(word.parts) == 1

    def pattern_of(place: TextPlace) -> str:
        return WORD if is_alone and not place.own else place.pattern or WORD

    return regex_of(word.parts, word.nothing, pattern_of, seen)
