"""What a dialect file may say of replies: a form for each verb, and how refusals are told."""

from typing import Annotated, Any, Literal

from pydantic import Field, StrictInt

from connector.codes import Code
from connector.operations import Verb
from connector.table import TomlTable

__all__ = [
    "ColumnSheet",
    "JsonRefusals",
    "JsonReplySheet",
    "LinesSheet",
    "MessageSheet",
    "RecordSheet",
    "RefusalSheet",
    "ReplySheet",
    "TableSheet",
    "TextRefusals",
]

Texts = str | Annotated[list[str], Field(min_length=1)]
Foreign = str | StrictInt
Status = Annotated[int, Field(ge=0, le=255)]


class MessageSheet(TomlTable):
    """A text that says that it is done, and nothing else. An empty one: success is silent."""

    form: Literal["message"]
    text: Texts = Field(description="with places; of several the first is written, all are read")


class JsonReplySheet(TomlTable):
    """A JSON document, in which `{rows}` stands for all rows, `{row}` for the only one, `{count}` for their number."""

    form: Literal["json"]
    document: dict[str, Any] | list[Any] | Literal["{rows}", "{row}"] = Field(
        description='a document with these places; `"{rows}"` alone is a list at the top, `"{row}"` a share at the top'
    )
    fields: dict[str, str] = Field(
        default={},
        description="field (or a size in one unit, such as `size_mib`) to its key in a row, or to a path such as "
        "`/properties/quota`",
    )
    item: str | None = Field(default=None, description="instead of fields: the one field that a row is, bare")
    key: str | None = Field(
        default=None, description="rows are an object: this field (or text with places) is the key of each"
    )
    texts: list[str] = Field(
        default=[], description="fields that are texts here, spelled as in a cell: `size` as `1GB`"
    )
    others: dict[str, Any] = Field(default={}, description="what a fake writes in a row beside the fields, by path")


class ColumnSheet(TomlTable):
    """A column of a table or a line of a record: one of `field`, `text`, `constant` and `other`."""

    title: Annotated[str, Field(min_length=1)]
    field: str | None = Field(default=None, description="a field of the contract, quoted where it needs it")
    text: str | None = Field(default=None, description="a text with places, taken as it is")
    constant: str | None = Field(default=None, description="always this word")
    other: str | None = Field(default=None, description="not ours: written as this, and read whatever it is")


class TableSheet(TomlTable):
    """A line for each row, in columns."""

    form: Literal["table"]
    columns: Annotated[list[ColumnSheet], Field(min_length=1)]
    delimiter: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description="between cells, such as `!`, a tab or a comma; left out: blanks, aligned"
    )
    padded: bool = Field(default=False, description="blanks around cells with a delimiter are not part of them")
    titles: bool = Field(default=True, description="a line of titles comes first")
    rule: bool = Field(default=True, description="a line of dashes comes after the titles of aligned columns")
    wrap: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="a cell longer than this ends its line, and the row goes on in the next one"
    )
    under_titles: bool = Field(
        default=False,
        description="cells begin where their titles do, and may be empty or have blanks in them; all columns of the "
        "table have to be listed",
    )
    end: str | None = Field(
        default=None,
        description="the last line, perhaps with the `{count}` of rows; left out: nothing shows that a table was cut "
        "short",
    )
    empty: str | None = Field(default=None, description="stands alone where there is no row; left out: a table of none")


class RecordSheet(TomlTable):
    """One `title: value` line per column. Lines with other titles are not ours."""

    form: Literal["record"]
    columns: Annotated[list[ColumnSheet], Field(min_length=1)]
    padded: bool = Field(default=False, description="blanks around titles and values are not part of them")
    separator: Annotated[str, Field(min_length=1)] = Field(
        default=": ", description="between title and value; after any but this one titles are not aligned"
    )
    start: str | None = Field(default=None, description="the first line, with places; a list is several such records")
    end: str | None = Field(default=None, description="the last line; left out: the record ends with its last column")
    empty: str | None = Field(default=None, description="stands alone where a list has no record")


class LinesSheet(TomlTable):
    """A line of text with places for each row."""

    form: Literal["lines"]
    line: Annotated[str, Field(min_length=1)] = Field(description="of one row")
    in_one_line: bool = Field(
        default=False,
        description="rows, start and end stand one after the other, as elements of XML may; line ends and blanks "
        "between them say nothing",
    )
    start: str | None = Field(default=None, description="the first line, perhaps with the `{count}` of rows")
    end: str | None = Field(default=None, description="the last line, perhaps with the `{count}` of rows")
    empty: str | None = Field(default=None, description="stands alone where there is no row")


ReplySheet = Annotated[
    MessageSheet | JsonReplySheet | TableSheet | RecordSheet | LinesSheet, Field(discriminator="form")
]


class RefusalSheet(TomlTable):
    """One spelling of a code. The first of a code is written; all are read, in the order of the file."""

    code: Code
    status: Status | Literal["any"] = Field(default="any", description="the exit status; `any`: whatever it is")
    text: str | None = Field(default=None, description="one line with places, among them `{message}`")
    pattern: str | None = Field(
        default=None,
        description="instead of text: a regular expression for the whole text, only ever read; its group `message` is "
        "the message, if it has one",
    )
    verbs: list[Verb] | None = Field(default=None, description="only in the replies to these; left out: to all")


class TextRefusals(TomlTable):
    """Refusals as a line of text."""

    form: Literal["text"]
    stream: Literal["stdout", "stderr", "either"] = Field(
        description="where it stands; `either`: read on both, and written on standard error"
    )
    spellings: list[RefusalSheet]


class JsonRefusals(TomlTable):
    """Refusals as a JSON document, in which `{code}` stands for the code and `{message}` for what it says."""

    form: Literal["json"]
    stream: Literal["stdout", "stderr"]
    document: dict[str, Any] = Field(description="with `{code}` and, perhaps, `{message}`")
    statuses: dict[Code, Status] = Field(description="the exit status of each code that can be told")
    codes: dict[Code, Foreign | Annotated[list[Foreign], Field(min_length=1)]] = Field(
        default={},
        description="what stands for a code, where that is not its name here; of several the first is written, all are "
        "read",
    )
