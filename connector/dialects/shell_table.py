"""What a dialect file may say about the shell of a connector that has a prompt and no exec."""

import re
from typing import Annotated, Self

from pydantic import Field, model_validator

from connector.operations import Verb
from connector.shell.personality import ConfirmQuestion, LineEnd, Pager, SetupCommand, ShellPersonality
from connector.table import TomlTable

__all__ = ["PagerTable", "QuestionTable", "SetupTable", "ShellTable"]

_PLACE = re.compile(r"\{[^{}]*\}")
_PRINTED = r"^[^\x00-\x1f\x7f]+$"

Line = Annotated[str, Field(max_length=255, pattern=_PRINTED)]
Key = Annotated[str, Field(min_length=1, max_length=8)]
Text = Annotated[str, Field(max_length=65_536)]


class SetupTable(TomlTable):
    """A command of the shell itself, typed after the login."""

    command: Line = Field(description="what is typed")
    reply: Text = Field(default="", description="what a fake answers")
    stops_pager: bool = Field(default=False, description="from then on no output stops")


class PagerTable(TomlTable):
    """What stops a long output until a key is pressed."""

    prompt: Line = Field(default="--More--", description="what it shows when it stops")
    lines: Annotated[int, Field(ge=2, le=10_000)] = Field(default=24, description="after how many lines it stops")
    more: Key = Field(default=" ", description="the key that shows more")
    quit: Key = Field(default="q", description="the key that leaves the rest out")


class QuestionTable(TomlTable):
    """What the shell asks before it carries out a command."""

    text: Line = Field(description="the question, the same each time")
    verbs: Annotated[tuple[Verb, ...], Field(min_length=1)] = Field(description="before the commands of these")
    answer: Line = Field(default="y", description="what lets the command go on")


class ShellTable(TomlTable):
    """The shell: `prompt` and `greeting` may have `{cluster}` in them, the cluster's name."""

    prompt: Line = Field(description="what it shows when it waits for a command, blanks included: `3par cli% `")
    prompt_pattern: Annotated[str, Field(min_length=1, max_length=1000)] | None = Field(
        default=None,
        description="a regular expression for a prompt that changes; left out: it stays as it is after the login",
    )
    exec: bool = Field(default=False, description="it takes commands by exec too, and a client then uses that")
    pty: bool = Field(default=True, description="the client asks for a terminal")
    echo: bool | None = Field(default=None, description="it shows what is typed; if left out, with a terminal")
    line_end: LineEnd = Field(
        default=LineEnd.LF, description="what ends a line where there is no terminal; a terminal takes any"
    )
    greeting: Text = Field(default="", description="what it shows after the login, before its first prompt")
    setup: tuple[SetupTable, ...] = Field(default=(), description="commands of the shell itself, typed after the login")
    pager: PagerTable | None = Field(default=None, description="what stops a long output until a key is pressed")
    questions: tuple[QuestionTable, ...] = Field(
        default=(), description="what it asks before it carries out a command, and the answer"
    )
    status: Line | None = Field(
        default=None, description="a command that prints the exit status of the one before it; left out: texts tell"
    )
    leave: Annotated[tuple[Line, ...], Field(min_length=1)] = Field(
        default=("exit", "logout", "quit"), description="what ends the session; the first is typed, all are understood"
    )

    @model_validator(mode="after")
    def _can_be_told_apart(self) -> Self:
        for key, text in (("prompt", self.prompt), ("greeting", self.greeting)):
            for place in _PLACE.findall(text):
                if place != "{cluster}":
                    raise ValueError(f"{key}: {place} means nothing here; accepted: {{cluster}}")
        if not self.prompt.replace("{cluster}", "").strip():
            raise ValueError("prompt: needs more than a name and blanks, or any word would look like it")
        self._check_pattern()
        if any(one.stops_pager for one in self.setup) and self.pager is None:
            raise ValueError("setup: stops_pager is only for a shell with a pager")
        if self.pager is not None and self.prompt.endswith(self.pager.prompt):
            raise ValueError(f"pager: prompt: {self.pager.prompt!r} is also how the shell's prompt ends")
        for question in self.questions:
            if self.prompt.endswith(question.text):
                raise ValueError(f"questions: {question.text!r} is also how the shell's prompt ends")
        own = [*(one.command for one in self.setup), *self.leave, *filter(None, [self.status])]
        if twice := [line for line in own if own.count(line) > 1]:
            raise ValueError(f"{twice[0]!r} is there twice among setup, status and leave")
        return self

    def _check_pattern(self) -> None:
        if self.prompt_pattern is None:
            return
        try:
            found = re.compile(rf"(?P<prompt>{self.prompt_pattern})(?:{self.prompt_pattern})")
        except re.error as error:
            raise ValueError(f"prompt_pattern: is not a regular expression without named groups: {error}") from error
        shown = self.prompt.replace("{cluster}", "cluster-1")
        if not found.fullmatch(shown + shown):
            raise ValueError(f"prompt_pattern: does not fit the prompt {shown!r}")

    def shell(self) -> ShellPersonality:
        return ShellPersonality(
            prompt=self.prompt,
            pattern=self.prompt_pattern,
            exec=self.exec,
            pty=self.pty,
            echo=self.pty if self.echo is None else self.echo,
            line_end=self.line_end,
            greeting=self.greeting,
            setup=tuple(SetupCommand(**dict(one)) for one in self.setup),
            pager=None if self.pager is None else Pager(**dict(self.pager)),
            questions=tuple(ConfirmQuestion(**dict(one)) for one in self.questions),
            status=self.status,
            leave=self.leave,
        )
