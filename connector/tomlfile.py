"""A TOML file, read once into a model, or refused with the line, the key and what is accepted."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from connector.errors import TomlProblem, TomlProblems
from connector.input_files import read_input
from connector.toml_lines import KeyPath, key_lines
from connector.toml_words import message_of

__all__ = ["TomlDocument", "parse_toml", "read_document", "read_toml"]

Model = TypeVar("Model", bound=BaseModel)
Context = Mapping[str, Any] | None

_MAX_BYTES = 1024 * 1024
"""Bytes. A scenario of ten thousand clusters is a third of it; what is larger is no file that somebody wrote."""
_MOST_PARTS = 32
_MOST_PROBLEMS = 30

_WORD = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
_LONG_KEY = re.compile(
    rf"(?:^[ \t]*\[{{0,2}}|[{{,])[ \t]*{_WORD}(?:[ \t]*\.[ \t]*{_WORD}){{{_MOST_PARTS}}}", re.MULTILINE
)
"""A key of more parts than any table has levels: reading one takes time and memory by the square of its length."""
_SYNTAX = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)


def read_toml(path: Path, model: type[Model], *, context: Context = None) -> Model:
    """Read a file; `context` is pydantic's, for validators that need to know more. Raises `TomlProblems`."""
    return read_document(path).validate(model, context=context)


def parse_toml(text: str, source_name: str, model: type[Model], *, context: Context = None) -> Model:
    """Read a text; `source_name` stands for it in messages. Raises `TomlProblems`."""
    return TomlDocument.parse(text, source_name).validate(model, context=context)


def read_document(path: Path) -> "TomlDocument":
    """Read a file whose lines are still wanted after validation. Raises `TomlProblems`."""
    try:
        text = read_input(path, _MAX_BYTES).decode("utf-8-sig")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise _refusal(str(path), f"cannot be read: {reason}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _refusal(str(path), "not UTF-8 text", line) from error
    except ValueError as error:
        raise _refusal(repr(str(path)), "not a file name") from error
    return TomlDocument.parse(text, str(path))


@dataclass(frozen=True, slots=True, kw_only=True)
class TomlDocument:
    """The values of a TOML text, and the line of each."""

    source: str
    text: str
    values: Mapping[str, Any]
    lines: Mapping[KeyPath, int | None]

    @classmethod
    def of_values(cls, values: Mapping[str, Any], source: str) -> "TomlDocument":
        """What a program gives in the place of a text, so that its problems have no lines."""
        return cls(source=source, text="", values=values, lines=dict.fromkeys(_paths(values)))

    @classmethod
    def parse(cls, text: str, source: str) -> "TomlDocument":
        """Raises `TomlProblems` with line and column where the text is not TOML."""
        if (found := _LONG_KEY.search(text)) is not None:
            line = text[: found.end()].count("\n") + 1
            raise _refusal(source, f"a key has more than {_MOST_PARTS} parts", line)
        try:
            values = tomllib.loads(text)
            return cls(source=source, text=text, values=values, lines=key_lines(text.replace("\r\n", "\n")))
        except tomllib.TOMLDecodeError as error:
            raise TomlProblems((_syntax_problem(source, str(error)),)) from error
        except ValueError as error:
            raise _refusal(source, f"not valid TOML: {error}") from error
        except RecursionError as error:
            raise _refusal(source, "not readable: nested too deeply") from error

    def validate(self, model: type[Model], *, context: Context = None) -> Model:
        """Make the model. Raises `TomlProblems` with all that is wrong, in the order of the lines."""
        try:
            return model.model_validate(self.values, context=context)
        except ValidationError as error:
            raise TomlProblems(self._problems(error.errors(include_url=False), model)) from error

    def problem(self, path: KeyPath, message: str) -> TomlProblem:
        """A problem with what stands at `path`, for checks that a model cannot make."""
        return TomlProblem(source=self.source, line=self.line(path), key=spell(path), path=path, message=message)

    def line(self, path: KeyPath) -> int | None:
        """The line of `path`, or of the nearest table around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None

    def _problems(self, errors: list[ErrorDetails], model: type[BaseModel]) -> tuple[TomlProblem, ...]:
        """One problem per place, the deepest: the branches of a union each complain about the same value."""
        found: dict[KeyPath, list[ErrorDetails]] = {}
        for error in errors:
            found.setdefault(self._place(error), []).append(error)
        around = {path[:length] for path in found for length in range(len(path))}
        deepest = sorted(
            (path for path in found if path not in around), key=lambda path: (self.line(path) or 0, spell(path))
        )
        problems = [self.problem(path, _message(found[path], model)) for path in deepest[:_MOST_PROBLEMS]]
        if len(deepest) > _MOST_PROBLEMS:
            problems.append(TomlProblem(source=self.source, message=f"{len(deepest) - _MOST_PROBLEMS} more problems"))
        return tuple(problems)

    def _place(self, error: ErrorDetails) -> KeyPath:
        """The error's location without the names of union branches, which stand for nothing in the file."""
        path: KeyPath = ()
        for step in error["loc"]:
            if (*path, step) in self.lines:
                path = (*path, step)
        return (*path, error["loc"][-1]) if error["type"] == "missing" else path


def _paths(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Of everything in it."""
    if path:
        yield path
    steps = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from _paths(inner, (*path, step))


def _message(errors: list[ErrorDetails], model: type[BaseModel]) -> str:
    return ", or ".join(dict.fromkeys(message_of(error, model) for error in errors))


def spell(path: KeyPath) -> str:
    """`faults[0].kind`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            word = step if re.fullmatch(r"[A-Za-z0-9_-]+", step) else repr(step)
            text += f".{word}" if text else word
    return text


def _refusal(source: str, message: str, line: int | None = None) -> TomlProblems:
    return TomlProblems((TomlProblem(source=source, line=line, message=message),))


def _syntax_problem(source: str, text: str) -> TomlProblem:
    match = _SYNTAX.fullmatch(text)
    if match is None:
        return TomlProblem(source=source, message=f"not valid TOML: {text}")
    what, line, column = match["what"], match["line"], match["column"]
    if line is None:
        return TomlProblem(source=source, message=f"not valid TOML: {what} at the end of the file")
    return TomlProblem(source=source, line=int(line), message=f"not valid TOML: {what} (column {column})")
