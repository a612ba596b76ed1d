"""Refusals as a line of text, told apart by exit status, text, or both."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.codes import Code
from connector.dialects.cells import unescape_line
from connector.dialects.form import SheetError, one_line
from connector.dialects.parameters import PARAMETERS
from connector.dialects.places import Places, with_message
from connector.dialects.refusal_form import RefusalForm, check_codes, check_sent, on_stream, text_from
from connector.dialects.reply_sheets import RefusalSheet, TextRefusals
from connector.dialects.text import Text, text_of
from connector.operations import Verb
from connector.protocol import Refusal, WireReply
from connector.toml_lines import KeyPath
from connector.values import replace

__all__ = ["text_refusals"]

_TOLD = tuple({parameter.name: None for verb in Verb for parameter in PARAMETERS[verb]})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spelling:
    """status None: any. text: as it is written; None: it is read only, by the pattern."""

    code: Code
    status: int | None
    text: Text | None
    pattern: re.Pattern[str]
    verbs: frozenset[Verb]

    def is_for(self, verb: Verb | None) -> bool:
        return verb is None or verb in self.verbs

    @property
    def has_message(self) -> bool:
        return self.text is not None and any(place.name == "message" for place in self.text.places)


class _TextForm:
    def __init__(self, stream: str, spellings: Sequence[_Spelling]) -> None:
        self._stream = stream
        self._spellings = spellings
        self._written = [one for one in spellings if one.text is not None]

    @property
    def codes(self) -> frozenset[Code]:
        return frozenset(one.code for one in self._written)

    @property
    def may_succeed(self) -> bool:
        return any(spelling.status in (0, None) for spelling in self._spellings)

    @property
    def by_verb(self) -> bool:
        return any(len(spelling.verbs) < len(Verb) for spelling in self._spellings)

    def told(self, code: Code, verb: Verb | None) -> tuple[Code, bool]:
        spelling = self._spelling(code, verb)
        return spelling.code, spelling.has_message

    def write(self, verb: Verb | None, refusal: Refusal, asked: Mapping[str, Any]) -> WireReply:
        spelling = self._spelling(refusal.code, verb)
        assert spelling.text is not None
        text = _write(spelling.text, {**asked, "message": refusal.message})
        return on_stream(self._stream, 1 if spelling.status is None else spelling.status, f"{text}\n")

    def _spelling(self, code: Code, verb: Verb | None) -> _Spelling:
        for wanted in (code, Code.INTERNAL):
            for one in self._written:
                if one.code is wanted and one.is_for(verb) and (verb is not None or len(one.verbs) == len(Verb)):
                    return one
        return next(one for one in self._written if one.code is Code.INTERNAL)

    def read(self, verb: Verb, wire: WireReply) -> Refusal:
        text = text_from(self._stream, wire)
        for spelling in self._spellings:
            fits = spelling.status is None or wire.status in (spelling.status, None)
            if fits and (found := _found(spelling, verb, text)):
                return found
        raise ValueError(f"exit status {wire.status} with {text[:200]!a} is no refusal of this dialect")

    def find(self, verb: Verb, text: str) -> Refusal | None:
        return next(filter(None, (_found(spelling, verb, text) for spelling in self._spellings)), None)


def _found(spelling: _Spelling, verb: Verb, text: str) -> Refusal | None:
    found = spelling.pattern.fullmatch(text) if spelling.is_for(verb) else None
    if found is None:
        return None
    message = found.groupdict().get("message")
    return Refusal(code=spelling.code, message=text if message is None else unescape_line(message))


def _write(text: Text, values: Mapping[str, Any]) -> str:
    """A refusal may speak of what this command did not tell: then a dash stands there."""
    return "".join(
        part if isinstance(part, str) else part.write(values) if part.own or part.field in values else "-"
        for part in text.parts
    )


def text_refusals(sheet: TextRefusals, places: Places) -> RefusalForm:
    """Raises `SheetError`."""
    # A refusal may speak of any name, also of one that the connector does not take.
    loose = {name: place if place.own else replace(place, pattern=None) for name, place in places.by_name.items()}
    known = with_message(replace(places, by_name=loose))
    spellings = [_spelling(one, known, ("refusals", "spellings", index)) for index, one in enumerate(sheet.spellings)]
    for index, one in enumerate(spellings):
        check_sent(one.code, ("refusals", "spellings", index, "code"))
    check_codes([one.code for one in spellings if one.text is not None], ("refusals", "spellings"))
    return _TextForm(sheet.stream, spellings)


def _spelling(sheet: RefusalSheet, places: Places, path: KeyPath) -> _Spelling:
    if (sheet.text is None) == (sheet.pattern is None):
        raise SheetError(path, "needs either text or pattern")
    text, pattern = None, re.compile(r"(?!)")
    if sheet.text is not None:
        one_line(sheet.text, (*path, "text"))
        text = text_of(sheet.text, places, (*_TOLD, "message"), (*path, "text"), default=r"[^\n]*?")
        pattern = re.compile(text.regex)
    else:
        try:
            pattern = re.compile(sheet.pattern or "", re.DOTALL)
        except re.error as error:
            raise SheetError((*path, "pattern"), f"is not a regular expression: {error}") from error
    return _Spelling(
        code=sheet.code,
        status=None if sheet.status == "any" else sheet.status,
        text=text,
        pattern=pattern,
        verbs=frozenset(Verb if sheet.verbs is None else sheet.verbs),
    )
