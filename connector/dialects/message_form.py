"""Success as a text, with places or without."""

from collections.abc import Mapping, Sequence
from typing import Any

from connector.dialects.form import CommandValues, SheetError, lines_of
from connector.dialects.parameters import PARAMETERS
from connector.dialects.places import Places
from connector.dialects.reply_sheets import MessageSheet
from connector.dialects.rows import ROW_FIELDS, Row
from connector.dialects.sizes import finish_sizes
from connector.dialects.text import ANYTHING, Text, text_of
from connector.operations import Verb
from connector.toml_lines import KeyPath

__all__ = ["MessageForm", "message_form", "texts_of"]


class MessageForm:
    """No rows, one text: the first is written, all are read. What it says of the request has to be true."""

    def __init__(self, texts: Sequence[Text], units: Mapping[str, int]) -> None:
        self._texts = texts
        self._units = units
        self._fixed = None if texts[0].places else _lines(texts[0].write({}))

    @property
    def shows_its_end(self) -> bool:
        return all(isinstance(text.parts[-1], str) for text in self._texts if text.parts)

    @property
    def texts(self) -> Sequence[Text]:
        return self._texts

    def write(self, rows: Sequence[Row], asked: CommandValues) -> str:
        return self._fixed if self._fixed is not None else _lines(self._texts[0].write(asked.values))

    def read(self, text: str, asked: CommandValues) -> list[Row]:
        joined = "\n".join(lines_of(text))
        for known in self._texts:
            found: Row = {}
            if known.read(joined, found):
                finish_sizes(found, self._units)
                return [self._own(known, found, asked.values)] if known.places else []
        raise ValueError(f"{text[:80]!a} is not the text of success")

    def _own(self, text: Text, found: Row, asked: Mapping[str, Any]) -> Row:
        """What it tells beside what was asked."""
        told: Row = {}
        for place in text.places:
            text.take(place, place.write(asked), told)
        finish_sizes(told, self._units)
        for place in text.places:
            if not place.own and found.get(place.field) != told.get(place.field):
                raise ValueError(f"it speaks of the {place.field} {place.write(found)[:80]!a}, which was not asked for")
        return {place.name: found[place.name] for place in text.places if place.own}


def _lines(text: str) -> str:
    return "".join(f"{line}\n" for line in text.split("\n")) if text.strip("\n") else ""


def texts_of(
    verb: Verb, texts: str | list[str], places: Places, path: KeyPath, more: tuple[str, ...] = ()
) -> list[Text]:
    """What may be said of a command of that verb. more: fields beside its own. Raises `SheetError`."""
    fields = (*(parameter.name for parameter in PARAMETERS[verb]), *more)
    listed = [texts] if isinstance(texts, str) else texts
    return [text_of("\n".join(lines_of(text)), places, fields, path, default=ANYTHING) for text in listed]


def message_form(verb: Verb, sheet: MessageSheet, places: Places, path: KeyPath) -> MessageForm:
    """Raises `SheetError`."""
    if verb in ROW_FIELDS:
        raise SheetError(
            (*path, "form"), f"the reply to {verb} has content: accepted are json, table, record and lines"
        )
    texts = texts_of(verb, sheet.text, places, (*path, "text"))
    if verb is Verb.PING and any(not text.regex.strip() for text in texts):
        raise SheetError((*path, "text"), "silence does not show that anybody is there: it must say something")
    return MessageForm(texts, places.units)
