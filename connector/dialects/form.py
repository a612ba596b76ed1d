"""What a form of reply promises, and how one is refused when its sheet does not fit the verb."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from connector.dialects.rows import OPTIONAL, ROW_FIELDS, SNAPSHOT_OPTIONAL, Row
from connector.operations import Verb
from connector.toml_lines import KeyPath

__all__ = [
    "CommandValues",
    "Form",
    "SheetError",
    "alone",
    "check_fields",
    "check_places",
    "lines_of",
    "one_line",
]

_PLACE = re.compile(r"\{\w+\}")


class SheetError(Exception):
    """Something in a sheet does not fit; `path` is where, from the root of the file."""

    def __init__(self, path: KeyPath, message: str) -> None:
        super().__init__(message)
        self.path = path


class CommandValues(Protocol):
    """The command that a reply is to."""

    @property
    def values(self) -> Mapping[str, Any]:
        """What it told, and the values of the dialect's own places."""
        ...


class Form(Protocol):
    """One way to spell rows: a message, a JSON document, a table, a record, lines.

    A row that is read has the values of such
    places beside the fields; where there are no rows to tell, what is read is at most one row of such values.
    """

    @property
    def shows_its_end(self) -> bool:
        """Whether a reply that was cut short can never pass for a whole one."""
        ...

    def write(self, rows: Sequence[Row], asked: CommandValues) -> str: ...

    def read(self, text: str, asked: CommandValues) -> list[Row]:
        """Raises `ValueError` for whatever `write` could not have written, above all for a beginning of it."""
        ...


def check_fields(verb: Verb, fields: Sequence[str], path: KeyPath, elsewhere: Sequence[str] = ()) -> None:
    """Whether a form's fields make up a row of the verb. elsewhere: told by other commands. Raises `SheetError`."""
    known = ROW_FIELDS.get(verb, ())
    for field in fields:
        if field not in known:
            accepted = ", ".join(known) or f"none, since {verb} answers with nothing but success"
            raise SheetError(path, f"{field!r} is not a field of this reply; accepted: {accepted}")
        if fields.count(field) > 1:
            raise SheetError(path, f"the field {field!r} stands here twice")
    elsewhere = (*elsewhere, "name") if verb is Verb.SHOW else elsewhere  # it is the one that was asked for
    optional = SNAPSHOT_OPTIONAL if verb is Verb.SNAPSHOT_LIST else OPTIONAL
    missing = [field for field in known if field not in (*fields, *elsewhere) and field not in optional]
    if missing:
        raise SheetError(path, f"the field {missing[0]!r} is required in this reply")


def alone(line: str | None) -> str:
    """A line that is all of a reply; where it is empty, so is the reply."""
    return f"{line}\n" if line else ""


def one_line(text: str | None, path: KeyPath) -> None:
    """Raises `SheetError`."""
    if text is not None and "\n" in text:
        raise SheetError(path, "must be one line")


def check_places(text: str | None, path: KeyPath, accepted: Sequence[str] = ()) -> None:
    """Whether a text has no other places than these, for none goes out as it stands. Raises `SheetError`."""
    for place in _PLACE.findall(text or ""):
        if place not in accepted:
            raise SheetError(path, f"{place} means nothing here; accepted: {', '.join(accepted) or 'no place'}")


def lines_of(text: str) -> list[str]:
    """The lines of a reply, whatever its line ends; the last line end may be missing, since some servers strip it."""
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")
