"""How refusals are spelled: the exit status and a text, or a JSON document, on one stream or either."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, assert_never

from connector.codes import CATALOGUE, Code
from connector.dialects.cells import escape_line, unescape_line
from connector.dialects.form import SheetError, check_places, lines_of, one_line
from connector.dialects.json_document import dump, fill, kind_of, load, places_of, take, texts_in
from connector.dialects.parameters import PARAMETERS
from connector.dialects.places import Places, TextPlace
from connector.dialects.reply_sheets import JsonRefusals, RefusalSheet, TextRefusals
from connector.dialects.text import Text, text_of
from connector.operations import Verb
from connector.protocol import Refusal, WireReply
from connector.toml_lines import KeyPath
from connector.values import replace

__all__ = ["RefusalForm", "refusal_form"]

_MESSAGE = "{message}"
_CODE = "{code}"


class RefusalForm(Protocol):
    """Both directions of a refusal.

    A code without a spelling is written as `internal`: to call what is definite unknown is no lie.
    """

    @property
    def codes(self) -> frozenset[Code]:
        """The codes that have a spelling."""
        ...

    @property
    def may_succeed(self) -> bool:
        """Whether a refusal may come with the exit status of success."""
        ...

    @property
    def by_verb(self) -> bool:
        """Whether a code may be told in one way after one command, and in another after another."""
        ...

    def told(self, code: Code, verb: Verb | None) -> tuple[Code, bool]:
        """The code that is written for that one, and whether it comes with the message."""
        ...

    def write(self, verb: Verb | None, refusal: Refusal, asked: Mapping[str, Any]) -> WireReply: ...

    def read(self, verb: Verb, wire: WireReply) -> Refusal:
        """Raises `ValueError` where status and text together are no refusal of this dialect. Without a status the text
        alone decides."""
        ...

    def find(self, verb: Verb, text: str) -> Refusal | None:
        """The refusal that a text is, whatever the status."""
        ...


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
        return _on(self._stream, 1 if spelling.status is None else spelling.status, f"{text}\n")

    def _spelling(self, code: Code, verb: Verb | None) -> _Spelling:
        for wanted in (code, Code.INTERNAL):
            for one in self._written:
                if one.code is wanted and one.is_for(verb) and (verb is not None or len(one.verbs) == len(Verb)):
                    return one
        return next(one for one in self._written if one.code is Code.INTERNAL)

    def read(self, verb: Verb, wire: WireReply) -> Refusal:
        text = _from(self._stream, wire)
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


class _JsonForm:
    may_succeed = False
    by_verb = False

    def __init__(self, stream: str, document: Mapping[str, object], statuses: Mapping[Code, int]) -> None:
        self._stream = stream
        self._document = document
        self._statuses = statuses

    @property
    def codes(self) -> frozenset[Code]:
        return frozenset(self._statuses)

    def told(self, code: Code, verb: Verb | None) -> tuple[Code, bool]:
        return (code if code in self._statuses else Code.INTERNAL), True

    def write(self, verb: Verb | None, refusal: Refusal, asked: Mapping[str, Any]) -> WireReply:
        code, _ = self.told(refusal.code, verb)
        document = fill(self._document, {_CODE: code.value, _MESSAGE: refusal.message})
        return _on(self._stream, self._statuses[code], dump(document))

    def read(self, verb: Verb, wire: WireReply) -> Refusal:
        taken = take(self._document, load(_from(self._stream, wire)))
        code, message = taken[_CODE], taken[_MESSAGE]
        if not isinstance(message, str):
            raise ValueError(f"{kind_of(message)} where a message was expected")
        for known, status in self._statuses.items():
            if known.value == code and wire.status in (status, None):
                return Refusal(code=known, message=message)
        raise ValueError(f"exit status {wire.status} and the code in the document are no refusal of this dialect")

    def find(self, verb: Verb, text: str) -> Refusal | None:
        return None


def _on(stream: str, status: int, text: str) -> WireReply:
    if stream == "stdout":
        return WireReply(status=status, stdout=text)
    return WireReply(status=status, stderr=text)


def _from(stream: str, wire: WireReply) -> str:
    if stream == "either":
        both = dict.fromkeys([wire.stdout, wire.stderr])  # a shell shows the same on both
        return "\n".join("\n".join(lines_of(text)) for text in both if text.strip("\r\n"))
    return "\n".join(lines_of(wire.stderr if stream == "stderr" else wire.stdout))


def refusal_form(sheet: TextRefusals | JsonRefusals, places: Places) -> RefusalForm:
    """Raises `SheetError`."""
    match sheet:
        case TextRefusals():
            known = _with_message(places)
            spellings = [
                _spelling(one, known, ("refusals", "spellings", index)) for index, one in enumerate(sheet.spellings)
            ]
            written = [one.code for one in spellings if one.text is not None]
            _check_codes(written, ("refusals", "spellings"))
            return _TextForm(sheet.stream, spellings)
        case JsonRefusals():
            for text in texts_in(sheet.document):
                check_places(text, ("refusals", "document"), (_CODE, _MESSAGE))
            if sorted(places_of(sheet.document)) != [_CODE, _MESSAGE]:
                raise SheetError(("refusals", "document"), f"must have {_CODE} and {_MESSAGE} in it, each just once")
            _check_codes(list(sheet.statuses), ("refusals", "statuses"))
            return _JsonForm(sheet.stream, sheet.document, sheet.statuses)
        case _:
            assert_never(sheet)


def _check_codes(codes: Sequence[Code], path: KeyPath) -> None:
    sent = [code for code, entry in CATALOGUE.items() if entry.status is not None]
    for code in codes:
        if code not in sent:
            raise SheetError(path, f"{code} is seen by clients, never sent; accepted: {', '.join(sent)}")
    for code in (Code.INVALID, Code.INTERNAL):
        if code not in codes:
            raise SheetError(path, f"the code {code} must have a spelling: every connector has to be able to say it")


def _with_message(places: Places) -> Places:
    def read(text: str, found: dict[str, Any]) -> None:
        found["message"] = unescape_line(text)

    message = TextPlace(
        name="message",
        field="message",
        pattern=r"[^\n]*",
        write=lambda values: escape_line(values["message"]),
        read=read,
    )
    # A refusal may speak of any name, also of one that the connector does not take.
    loose = {name: place if place.own else replace(place, pattern=None) for name, place in places.by_name.items()}
    return replace(places, by_name={**loose, "message": message})


_TOLD = tuple({parameter.name: None for verb in Verb for parameter in PARAMETERS[verb]})


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
