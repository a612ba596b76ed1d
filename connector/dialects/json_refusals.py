"""Refusals as JSON documents."""

from collections.abc import Mapping
from typing import Any

from connector.codes import Code
from connector.dialects.form import SheetError, check_places
from connector.dialects.json_document import dump, fill, kind_of, load, places_of, take, texts_in
from connector.dialects.refusal_form import RefusalForm, check_codes, on_stream, text_from
from connector.dialects.reply_sheets import JsonRefusals
from connector.operations import Verb
from connector.protocol import Refusal, WireReply

__all__ = ["json_refusals"]

_MESSAGE = "{message}"
_CODE = "{code}"


class _JsonForm:
    """spelled: what is written and read for each code."""

    by_verb = False

    def __init__(self, sheet: JsonRefusals) -> None:
        self._stream = sheet.stream
        self._document = sheet.document
        self._statuses = sheet.statuses
        self._spelled = {code: _listed(sheet.codes.get(code, code.value)) for code in sheet.statuses}
        self._has_message = _MESSAGE in places_of(sheet.document)

    @property
    def codes(self) -> frozenset[Code]:
        return frozenset(self._statuses)

    @property
    def may_succeed(self) -> bool:
        return 0 in self._statuses.values()

    def told(self, code: Code, verb: Verb | None) -> tuple[Code, bool]:
        return (code if code in self._statuses else Code.INTERNAL), self._has_message

    def write(self, verb: Verb | None, refusal: Refusal, asked: Mapping[str, Any]) -> WireReply:
        code, _ = self.told(refusal.code, verb)
        document = fill(self._document, {_CODE: self._spelled[code][0], _MESSAGE: refusal.message})
        return on_stream(self._stream, self._statuses[code], dump(document))

    def read(self, verb: Verb, wire: WireReply) -> Refusal:
        text = text_from(self._stream, wire)
        found = self._found(text, wire.status)
        if found is None:
            raise ValueError(f"exit status {wire.status} and the code in the document are no refusal of this dialect")
        return found

    def find(self, verb: Verb, text: str) -> Refusal | None:
        try:
            return self._found(text, None)
        except ValueError:
            return None

    def _found(self, text: str, status: int | None) -> Refusal | None:
        taken = take(self._document, load(text))
        code, message = taken[_CODE], taken.get(_MESSAGE, text)
        if not isinstance(message, str):
            raise ValueError(f"{kind_of(message)} where a message was expected")
        for known, spelled in self._spelled.items():
            if status in (self._statuses[known], None) and any(_same(one, code) for one in spelled):
                return Refusal(code=known, message=message)
        return None


def _listed(spelled: str | int | list[str | int]) -> list[str | int]:
    return spelled if isinstance(spelled, list) else [spelled]


def _same(known: str | int, code: object) -> bool:
    """True is no 1."""
    return type(known) is type(code) and known == code


def json_refusals(sheet: JsonRefusals) -> RefusalForm:
    """Raises `SheetError`."""
    for text in texts_in(sheet.document):
        check_places(text, ("refusals", "document"), (_CODE, _MESSAGE))
    if sorted(places_of(sheet.document)) not in ([_CODE], [_CODE, _MESSAGE]):
        raise SheetError(("refusals", "document"), f"must have {_CODE} in it, and may have {_MESSAGE}, each just once")
    check_codes(list(sheet.statuses), ("refusals", "statuses"))
    form = _JsonForm(sheet)
    _check_apart(sheet)
    return form


def _check_apart(sheet: JsonRefusals) -> None:
    """Whether each code is told in its own way. Raises `SheetError`."""
    seen: dict[tuple[str, int], Code] = {}
    for code, spelled in sheet.codes.items():
        if code not in sheet.statuses:
            raise SheetError(("refusals", "codes", code.value), "has no exit status: give it one in statuses")
        for one in _listed(spelled):
            other = seen.setdefault((repr(one), sheet.statuses[code]), code)
            if other is not code:
                what = f"{one!r} with exit status {sheet.statuses[code]} stands for {other} as well"
                raise SheetError(("refusals", "codes", code.value), what)
