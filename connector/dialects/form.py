"""What a form of reply promises, and how one is refused when its sheet does not fit the verb."""

from collections.abc import Sequence
from typing import Protocol

from connector.dialects.rows import OPTIONAL, ROW_FIELDS, Row
from connector.operations import Verb
from connector.toml_lines import KeyPath

__all__ = ["Form", "SheetError", "check_fields", "lines_of"]


class SheetError(Exception):
    """Something in a sheet does not fit; `path` is where, from the root of the file."""

    def __init__(self, path: KeyPath, message: str) -> None:
        super().__init__(message)
        self.path = path


class Form(Protocol):
    """One way to spell rows: a message, a JSON document, a table, a record."""

    def write(self, rows: Sequence[Row]) -> str: ...

    def read(self, text: str) -> list[Row]:
        """Raises `ValueError` for whatever `write` could not have written, above all for a beginning of it."""
        ...


def check_fields(verb: Verb, fields: Sequence[str], path: KeyPath) -> None:
    """Whether a form's fields make up a row of the verb. Raises `SheetError`."""
    known = ROW_FIELDS.get(verb, ())
    for field in fields:
        if field not in known:
            accepted = ", ".join(known) or f"none, since {verb} answers with nothing but success"
            raise SheetError(path, f"{field!r} is not a field of this reply; accepted: {accepted}")
        if fields.count(field) > 1:
            raise SheetError(path, f"the field {field!r} stands here twice")
    missing = [field for field in known if field not in fields and field not in OPTIONAL]
    if missing:
        raise SheetError(path, f"the field {missing[0]!r} is required in this reply")


def lines_of(text: str) -> list[str]:
    """The lines of a reply, whatever its line ends; the last line end may be missing, since some servers strip it."""
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")
