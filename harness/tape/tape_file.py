"""A tape as a TOML file: the tables, their JSON Schema, and reading them into exchanges."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from connector.errors import TomlProblem, TomlProblems
from connector.input_files import read_input
from connector.table import TomlTable
from connector.tomlfile import TomlDocument
from harness.tape.exchange import CutBy, Event, EventSource, Tape, TapedExchange

__all__ = ["ExchangeTable", "TapeTable", "read_tape", "tape_schema"]

_MAX_BYTES = 64 * 2**20
_BINARY = "_base64"

Seconds = Annotated[float, Field(ge=0, le=10_000_000)]
Number = Annotated[int, Field(ge=1)]
Row = tuple[Seconds, Literal["stdin", "stdout", "stderr"], Annotated[int, Field(ge=0)]]
SignalRow = tuple[Seconds, Literal["signal"], Annotated[str, Field(min_length=1)]]
EndRow = tuple[Seconds, Literal["end"]]


class ExchangeTable(TomlTable):
    """One command, or one line typed at a prompt, and all that came back."""

    connection: Number = Field(default=1, description="which login of a client, from 1")
    session: Number = Field(description="which session of all, from 1; lines typed at one prompt share it")
    at: Seconds = Field(default=0.0, description="when it began, in seconds from the start of the tape")
    took: Seconds = Field(default=0.0, description="seconds from its start to its end")
    exec: str | None = Field(default=None, description="the command")
    typed: str | None = Field(
        default=None, description="instead: what was typed at a prompt; empty: what the prompt showed at first"
    )
    terminal: str | None = Field(
        default=None, pattern=r"^\S* \d+x\d+$", description="its kind and size, where there is one: `xterm 80x24`"
    )
    environment: dict[str, str] = Field(default={}, description="variables that the client set")
    stdin: str = Field(default="", description="what the command read")
    stdin_base64: str | None = Field(default=None, description="instead, where it is no text")
    stdout: str = Field(default="", description="what it wrote; at a prompt with what was shown of the typing")
    stdout_base64: str | None = Field(default=None, description="instead, where it is no text")
    stderr: str = Field(default="", description="what it wrote as errors")
    stderr_base64: str | None = Field(default=None, description="instead, where it is no text")
    events: tuple[Row | SignalRow | EndRow, ...] = Field(
        default=(),
        description='how those came: `[seconds, stream, bytes]`, `[seconds, "signal", name]`, `[seconds, "end"]` for '
        "the end of stdin; what they do not tell of stdin comes first, and of output with its last event or at the end",
    )
    status: Annotated[int, Field(ge=0, le=255)] | None = Field(default=None, description="the exit status")
    signal: str | None = Field(
        default=None, min_length=1, description="instead: the signal that ended it, such as `KILL`"
    )
    cut: CutBy | None = Field(default=None, description="who ended it, where it did not end by itself")
    refused: str | None = Field(default=None, min_length=1, description="the device opened no such session, and why")
    left_out: Annotated[int, Field(ge=0)] = Field(default=0, description="bytes that were too many to be kept")

    @field_validator("stdin_base64", "stdout_base64", "stderr_base64")
    @classmethod
    def _is_base64(cls, text: str | None) -> str | None:
        if text is not None:
            try:
                b64decode(text, validate=True)
            except NotBase64 as error:
                raise ValueError(f"is not base64: {error}") from error
        return text

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.exec is None) == (self.typed is None):
            raise ValueError("needs either exec (a command) or typed (a line at a prompt)")
        for name in ("stdin", "stdout", "stderr"):
            if getattr(self, name) and getattr(self, name + _BINARY) is not None:
                raise ValueError(f"has both {name} and {name}{_BINARY}; accepted: one of them")
        ends = [name for name in ("status", "signal", "refused") if getattr(self, name) is not None]
        if len(ends) > 1:
            raise ValueError(f"has both {ends[0]} and {ends[1]}; accepted: one of them")
        return self

    @property
    def _streams(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in ("stdin", "stdout", "stderr"):
            binary = getattr(self, name + _BINARY)
            found[name] = getattr(self, name).encode() if binary is None else b64decode(binary)
        return found

    def exchange(self, line: int) -> TapedExchange:
        names = ("connection", "session", "at", "took", "exec", "typed", "terminal", "environment")
        ends = ("status", "signal", "cut", "refused", "left_out")
        kept: dict[str, Any] = {name: getattr(self, name) for name in (*names, *ends)}
        return TapedExchange(line=line, events=tuple(map(_event, self.events)), **kept, **self._streams)


class TapeTable(TomlTable):
    """What SSH clients asked of a device, and what it answered."""

    format: Literal[1] = Field(description="the version of this format")
    device: str = Field(default="", description="what was recorded")
    began: datetime = Field(description="when the tape began")
    ignore: tuple[str, ...] = Field(
        default=(), description="regular expressions for what is not compared in commands, such as a request's number"
    )
    exchanges: tuple[ExchangeTable, ...] = Field(default=(), description="see below")

    @field_validator("ignore")
    @classmethod
    def _are_patterns(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
        return patterns


def read_tape(path: Path) -> Tape:
    """Raises `TomlProblems`."""
    document = _document(path)
    table = document.validate(TapeTable)
    exchanges = (each.exchange(document.line(("exchanges", index)) or 0) for index, each in enumerate(table.exchanges))
    return Tape(
        device=table.device,
        began=table.began,
        ignore=table.ignore,
        exchanges=tuple(sorted(exchanges, key=lambda each: (each.at, each.line))),
    )


def _document(path: Path) -> TomlDocument:
    try:
        text = read_input(path, _MAX_BYTES).decode()
    except OSError as error:
        problem = TomlProblem(source=str(path), message=f"cannot be read: {(error.strerror or str(error)).lower()}")
        raise TomlProblems((problem,)) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise TomlProblems((TomlProblem(source=str(path), line=line, message="not UTF-8 text"),)) from error
    return TomlDocument.parse(text, str(path))


def _event(row: Row | SignalRow | EndRow) -> Event:
    source = EventSource(row[1])
    match source:
        case EventSource.END:
            return Event(at=row[0], source=source)
        case EventSource.SIGNAL:
            return Event(at=row[0], source=source, name=str(row[2]))  # type: ignore[misc]  # of a SignalRow
        case _:
            return Event(at=row[0], source=source, size=int(row[2]))  # type: ignore[misc]  # of a Row


def tape_schema() -> dict[str, Any]:
    """The JSON Schema of tapes, draft 2020-12."""
    schema = TapeTable.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "spoolproof tape"}
