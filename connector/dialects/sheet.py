"""What a dialect file may say: the models that it is read into."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from connector.codes import Code
from connector.dialects.shell_table import ShellTable
from connector.operations import Access, Capability, Verb
from connector.table import TomlTable

__all__ = [
    "ColumnSheet",
    "JsonRefusals",
    "JsonReplySheet",
    "MessageSheet",
    "RecordSheet",
    "RefusalSheet",
    "ReplySheet",
    "Sheet",
    "TableSheet",
    "TextRefusals",
    "ValueSheet",
]


Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
Unit = Annotated[str, Field(pattern=r"^[A-Za-z]*$")]


class ValueSheet(TomlTable):
    """How values are spelled in words and cells (JSON replies keep numbers and booleans as such).

    units: suffix to bytes; the largest that loses nothing is written, and one of them must be 1 byte.
    """

    units: dict[Unit, Annotated[int, Field(ge=1)]] = Field(default={"": 1})
    access: dict[Access, Word] = Field(default={access: access.value for access in Access})
    complete: Word = "complete"
    incomplete: Word = "incomplete"

    @model_validator(mode="after")
    def _can_be_told_apart(self) -> Self:
        if 1 not in self.units.values():
            raise ValueError("units: one unit must be 1 byte, or some sizes could not be written")
        if len(set(self.access.values())) != len(Access):
            raise ValueError(f"access: needs a word of its own for each of {', '.join(Access)}")
        if self.complete == self.incomplete:
            raise ValueError("complete and incomplete need words of their own")
        return self


class MessageSheet(TomlTable):
    """A fixed text. An empty one means that success is silent: only verbs that answer with nothing else may have it."""

    form: Literal["message"]
    text: str


class JsonReplySheet(TomlTable):
    """A JSON document, in which `{rows}` stands for all rows, `{row}` for the only one, `{count}` for their number.

    A row is an object with `fields` (field of the contract to key), or the bare value of the one field `item`.
    """

    form: Literal["json"]
    document: dict[str, Any]
    fields: dict[str, str] = Field(default={})
    item: str | None = None


class ColumnSheet(TomlTable):
    """A column of a table or a line of a record: a `field` of the contract, or a `constant`."""

    title: Annotated[str, Field(min_length=1)]
    field: str | None = None
    constant: str | None = None


class TableSheet(TomlTable):
    """Aligned columns, then `end` with the `{count}` of rows; `empty` stands alone where there is no row."""

    form: Literal["table"]
    columns: Annotated[list[ColumnSheet], Field(min_length=1)]
    end: str
    empty: Annotated[str, Field(min_length=1)]


class RecordSheet(TomlTable):
    """One `title: value` line per column, then `end`."""

    form: Literal["record"]
    columns: Annotated[list[ColumnSheet], Field(min_length=1)]
    end: Annotated[str, Field(min_length=1)]


ReplySheet = Annotated[MessageSheet | JsonReplySheet | TableSheet | RecordSheet, Field(discriminator="form")]


class RefusalSheet(TomlTable):
    """One spelling of a code. The first of a code is the one that is written, all are read, in the order of the file.

    text: has `{message}` in it. pattern: instead, a regular expression for the whole text, only ever read; its group
    `message` is the message, if it has one.
    """

    code: Code
    status: Annotated[int, Field(ge=1, le=255)]
    text: str | None = None
    pattern: str | None = None


class TextRefusals(TomlTable):
    """Refusals as a line of text on one stream."""

    form: Literal["text"]
    stream: Literal["stdout", "stderr"]
    spellings: list[RefusalSheet]


class JsonRefusals(TomlTable):
    """Refusals as a JSON document, in which `{code}` stands for the code's name in the contract and `{message}`."""

    form: Literal["json"]
    stream: Literal["stdout", "stderr"]
    document: dict[str, Any]
    statuses: dict[Code, Annotated[int, Field(ge=1, le=255)]]


class Sheet(TomlTable):
    """A dialect file."""

    format: Literal[1]
    name: Annotated[str, Field(min_length=1)]
    summary: str = ""
    capabilities: list[Capability]
    values: ValueSheet = ValueSheet()
    commands: dict[Verb, str]
    replies: dict[Verb, ReplySheet]
    refusals: Annotated[TextRefusals | JsonRefusals, Field(discriminator="form")]
    shell: ShellTable | None = None
