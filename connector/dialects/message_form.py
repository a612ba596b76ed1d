"""Success as a fixed text."""

from collections.abc import Sequence

from connector.dialects.form import SheetError, lines_of
from connector.dialects.rows import ROW_FIELDS, Row
from connector.dialects.sheet import MessageSheet
from connector.operations import Verb
from connector.toml_lines import KeyPath

__all__ = ["MessageForm", "message_form"]


class MessageForm:
    """No rows, one text."""

    def __init__(self, text: str) -> None:
        self._lines = lines_of(text)

    def write(self, rows: Sequence[Row]) -> str:
        return "".join(f"{line}\n" for line in self._lines) if any(self._lines) else ""

    def read(self, text: str) -> list[Row]:
        if lines_of(text) != self._lines:
            raise ValueError(f"{text[:80]!a} is not the text of success")
        return []


def message_form(verb: Verb, sheet: MessageSheet, path: KeyPath) -> MessageForm:
    """Raises `SheetError`."""
    if verb in ROW_FIELDS:
        raise SheetError((*path, "form"), f"the reply to {verb} has content: accepted are json, table and record")
    if verb is Verb.PING and not sheet.text.strip():
        raise SheetError((*path, "text"), "silence does not show that anybody is there: it must say something")
    return MessageForm(sheet.text)
