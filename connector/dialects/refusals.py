"""How refusals are spelled: the exit status and a text, or a JSON document, on one stream."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, assert_never

from connector.codes import CATALOGUE, Code
from connector.dialects.cells import escape_line, unescape_line
from connector.dialects.form import SheetError, lines_of
from connector.dialects.json_document import dump, fill, kind_of, load, places_of, take
from connector.dialects.sheet import JsonRefusals, RefusalSheet, TextRefusals
from connector.protocol import Refusal, WireReply
from connector.toml_lines import KeyPath

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

    def write(self, refusal: Refusal) -> WireReply: ...

    def read(self, wire: WireReply) -> Refusal:
        """Raises `ValueError` where status and text together are no refusal of this dialect. Without a status the text
        alone decides."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spelling:
    code: Code
    status: int
    text: str | None
    pattern: re.Pattern[str]


class _TextForm:
    def __init__(self, stream: str, spellings: Sequence[_Spelling]) -> None:
        self._stream = stream
        self._spellings = spellings
        self._written = {one.code: one for one in reversed(spellings) if one.text is not None}

    @property
    def codes(self) -> frozenset[Code]:
        return frozenset(self._written)

    def write(self, refusal: Refusal) -> WireReply:
        spelling = self._written.get(refusal.code, self._written[Code.INTERNAL])
        text = (spelling.text or "").replace(_MESSAGE, escape_line(refusal.message))
        return _on(self._stream, spelling.status, f"{text}\n")

    def read(self, wire: WireReply) -> Refusal:
        text = "\n".join(lines_of(_from(self._stream, wire)))
        for spelling in self._spellings:
            if wire.status in (spelling.status, None) and (found := spelling.pattern.fullmatch(text)):
                message = found.groupdict().get("message")
                return Refusal(code=spelling.code, message=text if message is None else unescape_line(message))
        raise ValueError(f"exit status {wire.status} with {text[:200]!a} is no refusal of this dialect")


class _JsonForm:
    def __init__(self, stream: str, document: Mapping[str, object], statuses: Mapping[Code, int]) -> None:
        self._stream = stream
        self._document = document
        self._statuses = statuses

    @property
    def codes(self) -> frozenset[Code]:
        return frozenset(self._statuses)

    def write(self, refusal: Refusal) -> WireReply:
        code = refusal.code if refusal.code in self._statuses else Code.INTERNAL
        document = fill(self._document, {_CODE: code.value, _MESSAGE: refusal.message})
        return _on(self._stream, self._statuses[code], dump(document))

    def read(self, wire: WireReply) -> Refusal:
        taken = take(self._document, load(_from(self._stream, wire)))
        code, message = taken[_CODE], taken[_MESSAGE]
        if not isinstance(message, str):
            raise ValueError(f"{kind_of(message)} where a message was expected")
        for known, status in self._statuses.items():
            if known.value == code and wire.status in (status, None):
                return Refusal(code=known, message=message)
        raise ValueError(f"exit status {wire.status} and the code in the document are no refusal of this dialect")


def _on(stream: str, status: int, text: str) -> WireReply:
    if stream == "stderr":
        return WireReply(status=status, stderr=text)
    return WireReply(status=status, stdout=text)


def _from(stream: str, wire: WireReply) -> str:
    return wire.stderr if stream == "stderr" else wire.stdout


def refusal_form(sheet: TextRefusals | JsonRefusals) -> RefusalForm:
    """Raises `SheetError`."""
    match sheet:
        case TextRefusals():
            spellings = [_spelling(one, ("refusals", "spellings", index)) for index, one in enumerate(sheet.spellings)]
            written = [one.code for one in spellings if one.text is not None]
            _check_codes(written, ("refusals", "spellings"))
            return _TextForm(sheet.stream, spellings)
        case JsonRefusals():
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


def _spelling(sheet: RefusalSheet, path: KeyPath) -> _Spelling:
    if (sheet.text is None) == (sheet.pattern is None):
        raise SheetError(path, "needs either text or pattern")
    if sheet.text is not None:
        if sheet.text.count(_MESSAGE) != 1 or "\n" in sheet.text:
            raise SheetError((*path, "text"), f"must be one line with {_MESSAGE} in it once")
        before, after = map(re.escape, sheet.text.split(_MESSAGE))
        pattern = re.compile(f"{before}(?P<message>.*){after}")
    else:
        try:
            pattern = re.compile(sheet.pattern or "", re.DOTALL)
        except re.error as error:
            raise SheetError((*path, "pattern"), f"is not a regular expression: {error}") from error
    return _Spelling(code=sheet.code, status=sheet.status, text=sheet.text, pattern=pattern)
