"""What a dialect file may say: the models that it is read into. Replies are in `reply_sheets.py`."""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from connector.dialects.reply_sheets import JsonRefusals, ReplySheet, TextRefusals
from connector.dialects.shell_table import ShellTable
from connector.operations import Access, Capability, Verb
from connector.table import TomlTable
from connector.units import Duration, Size

__all__ = [
    "Growth",
    "Identity",
    "JobSheet",
    "Missing",
    "NoiseSheet",
    "PlaceSheet",
    "Quotes",
    "Sheet",
    "StepSheet",
    "UndoSheet",
    "ValueSheet",
    "listed",
]

Unit = Annotated[str, Field(pattern=r"^ ?[A-Za-z]*$")]
State = Annotated[str, Field(pattern=r"^\S(.*\S)?$")]
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
TextField = Literal["name", "client", "snapshot", "mark", "request_id"]
Identity = Literal["share", "job"]
Missing = Literal["skip", "incomplete"]
Growth = Literal["grows", "shrinks"]
Quotes = Literal["shell", "double", "none"]


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from error
    if re.search(r"\(\?P<|\((?!\?)", pattern.replace("\\(", "")):
        raise ValueError("groups are written (?:…) here")
    return pattern


class ValueSheet(TomlTable):
    """How values are spelled in commands and cells (JSON replies keep numbers and booleans as such)."""

    units: Annotated[dict[Unit, Annotated[int, Field(ge=1)]], Field(min_length=1)] = Field(
        default={"": 1},
        description="suffix, perhaps with a blank before it, to bytes; the largest that loses nothing is written, "
        "else the smallest",
    )
    fraction: Annotated[int, Field(ge=0, le=6)] = Field(
        default=0, description="digits after the point of a size, where it is not a whole number of its unit"
    )
    thousands: Annotated[str, Field(pattern=r"^[,.' _]$")] | None = Field(
        default=None,
        description="a sign that may stand between each three digits of a size in a reply; it is read, and not written",
    )
    size_step: Annotated[Size, Field(ge=1)] = Field(
        default=1, description="the connector rounds each size up to a multiple of this"
    )
    access: dict[Access, Word] = Field(
        default={access: access.value for access in Access}, description="the words for `ro` and `rw`"
    )
    complete: State | Annotated[list[State], Field(min_length=1)] = Field(
        default="complete", description="the words for a whole share: the first is written, all are read"
    )
    incomplete: State | Annotated[list[State], Field(min_length=1)] = Field(
        default="incomplete", description="the words for a half-made share"
    )
    nothing: str = Field(default="-", description="what stands in a cell that has no value")
    patterns: dict[TextField, str] = Field(
        default={}, description="regular expressions for the texts that the connector takes; any text if left out"
    )

    samples: dict[TextField, str] = Field(
        default={}, description="a text of each kind that fits its pattern, to try the dialect with"
    )

    @model_validator(mode="after")
    def _can_be_told_apart(self) -> Self:
        if len(set(self.access.values())) != len(Access):
            raise ValueError(f"access: needs a word of its own for each of {', '.join(Access)}")
        both = {*listed(self.complete)} & {*listed(self.incomplete)}
        if both:
            raise ValueError(f"complete and incomplete need words of their own; both have {min(both)!r}")
        return self

    @field_validator("patterns")
    @classmethod
    def _are_patterns(cls, patterns: dict[str, str]) -> dict[str, str]:
        return {name: _compiles(pattern) for name, pattern in patterns.items()}


def listed(words: str | list[str]) -> list[str]:
    """The same, whether there is one or more."""
    return [words] if isinstance(words, str) else words


class PlaceSheet(TomlTable):
    """A place of the dialect's own: what the contract has no word for."""

    pattern: str = Field(default=r"\S+", description="a regular expression for what stands there when it is read")
    sample: str = Field(default="0", description="what is written there, where it is not taken from an earlier reply")
    identifies: Identity | None = Field(
        default=None, description="it is the connector's own number for the share, or for a job that changes it"
    )

    @field_validator("pattern")
    @classmethod
    def _is_pattern(cls, pattern: str) -> str:
        return _compiles(pattern)


class NoiseSheet(TomlTable):
    """A line of output that says nothing of ours: it is left out wherever it stands."""

    pattern: str = Field(description="a regular expression for the whole line")
    sample: str | None = Field(default=None, description="what a fake writes before each reply; nothing if left out")

    @field_validator("pattern")
    @classmethod
    def _is_pattern(cls, pattern: str) -> str:
        return _compiles(pattern)


class JobSheet(TomlTable):
    """How the job is followed that a command has started."""

    send: str | Annotated[list[str], Field(min_length=1)] = Field(description="the command; it has the job's place")
    every: Duration = Field(default=1.0, description="how often it is sent")
    running: str | Annotated[list[str], Field(min_length=1)] = Field(description="texts: it is not over")
    done: str | Annotated[list[str], Field(min_length=1)] = Field(description="texts: it is done")
    failed: str | Annotated[list[str], Field(min_length=1)] = Field(
        description="texts: it failed; `{message}` says why"
    )


class UndoSheet(TomlTable):
    """The command that undoes another one."""

    send: str = Field(description="the command")
    reply: ReplySheet | None = Field(
        default=None, description="the form of its reply; that of `[replies] delete` if left out"
    )


class StepSheet(TomlTable):
    """One command of several that make up an operation."""

    send: str | Annotated[list[str], Field(min_length=1)] | None = Field(
        default=None, description="the command; of several spellings the first is written, all are read"
    )
    use: Verb | None = Field(
        default=None,
        description="instead of `send` and `reply`: the command of that verb. Accepted is `show`: before a change, or "
        "last in `list`, where it is sent for each share",
    )
    reply: ReplySheet | None = Field(default=None, description="the form of its reply; that of `[replies]` if left out")
    missing: Missing | None = Field(
        default=None,
        description="what `not-found` means here: `skip`: it is as good as done; `incomplete`: the share is half-made",
    )
    when: Growth | None = Field(default=None, description="only where the new size is larger, or smaller")
    undo: str | UndoSheet | None = Field(
        default=None, description="the command that undoes this one where a later one is refused"
    )
    job: JobSheet | None = Field(default=None, description="it starts a job, which is followed to its end")

    @model_validator(mode="after")
    def _sends_one_thing(self) -> Self:
        if (self.send is None) == (self.use is None):
            raise ValueError("needs either send or use")
        if self.use is not None and (self.reply, self.undo, self.job) != (None, None, None):
            raise ValueError("use takes the command and the reply of that verb: no reply, undo or job beside it")
        return self


CommandSheet = str | Annotated[list[str | StepSheet], Field(min_length=1)]


class Sheet(TomlTable):
    """A dialect file."""

    format: Literal[1]
    name: Annotated[str, Field(min_length=1, description="its name, in reports")]
    summary: str = Field(default="", description="one sentence")
    capabilities: list[Capability] = Field(description="what the connector can do, of the optional capabilities")
    exit_status: Literal["always", "none"] = Field(
        default="always", description="`none`: the connector gives no exit status, and texts alone say what happened"
    )
    quotes: Quotes = Field(
        default="shell",
        description="how words with blanks or signs stand in a command: as a POSIX shell has them, in double quotes, "
        "or not at all",
    )
    values: ValueSheet = Field(default=ValueSheet(), description="how values are spelled")
    places: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], PlaceSheet] = Field(
        default={}, description="places of its own"
    )
    noise: list[NoiseSheet] = Field(default=[], description="lines that are left out of every reply")
    commands: dict[Verb, CommandSheet] = Field(
        description="for each verb a command, several spellings of one, or several commands"
    )
    replies: dict[Verb, ReplySheet] = Field(description="for each verb the form of its reply")
    refusals: Annotated[TextRefusals | JsonRefusals, Field(discriminator="form")] = Field(
        description="how what is not success is told"
    )
    shell: ShellTable | None = Field(default=None, description="its prompt, where it has no exec")
