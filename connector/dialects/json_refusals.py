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
        return on_stream(self._stream, self._statuses[code], dump(document))

    def read(self, verb: Verb, wire: WireReply) -> Refusal:
        taken = take(self._document, load(text_from(self._stream, wire)))
        code, message = taken[_CODE], taken[_MESSAGE]
        if not isinstance(message, str):
            raise ValueError(f"{kind_of(message)} where a message was expected")
        for known, status in self._statuses.items():
            if known.value == code and wire.status in (status, None):
                return Refusal(code=known, message=message)
        raise ValueError(f"exit status {wire.status} and the code in the document are no refusal of this dialect")

    def find(self, verb: Verb, text: str) -> Refusal | None:
        return None


def json_refusals(sheet: JsonRefusals) -> RefusalForm:
    """Raises `SheetError`."""
    for text in texts_in(sheet.document):
        check_places(text, ("refusals", "document"), (_CODE, _MESSAGE))
    if sorted(places_of(sheet.document)) != [_CODE, _MESSAGE]:
        raise SheetError(("refusals", "document"), f"must have {_CODE} and {_MESSAGE} in it, each just once")
    check_codes(list(sheet.statuses), ("refusals", "statuses"))
    return _JsonForm(sheet.stream, sheet.document, sheet.statuses)
