"""How a connector's shell looks to whoever logs in, and what a program has to do there before its first command."""

from dataclasses import dataclass
from enum import StrEnum

from connector.operations import Verb

__all__ = ["ConfirmQuestion", "LineEnd", "Pager", "SetupCommand", "ShellPersonality"]


class LineEnd(StrEnum):
    """What ends a command line where there is no terminal; a terminal takes any of them."""

    CR = "cr"
    LF = "lf"
    CRLF = "crlf"

    @property
    def text(self) -> str:
        return {LineEnd.CR: "\r", LineEnd.LF: "\n", LineEnd.CRLF: "\r\n"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupCommand:
    """A command of the shell itself: typed once after the login. reply: what it prints. stops_pager: no paging after
    it."""

    command: str
    reply: str = ""
    stops_pager: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """What stops a long output. prompt: what it shows after `lines` lines. more, quit: the keys for the next page and
    for no more of it."""

    prompt: str = "--More--"
    lines: int = 24
    more: str = " "
    quit: str = "q"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmQuestion:
    """What the shell asks before it carries out a command of these verbs. text: the line that asks. answer: after any
    other than this the command is not carried out."""

    text: str
    verbs: tuple[Verb, ...]
    answer: str = "y"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellPersonality:
    """A connector's shell.

    prompt, greeting: with `{cluster}` for the cluster's name. pattern: a regular expression for the prompt of a device
    whose prompt changes; None: the prompt stays what it is after the login. exec: the connector takes commands by exec
    too, and a client then uses that. pty: a client asks for a terminal. echo: the shell shows what is typed.
    bare: whether there is a prompt where there is no terminal. status: the command that prints the last command's exit
    status; None: only the texts of replies say how it went. leave: the commands that end the session.
    """

    prompt: str = "{cluster}> "
    pattern: str | None = None
    exec: bool = False
    pty: bool = True
    echo: bool = True
    bare: bool = True
    line_end: LineEnd = LineEnd.LF
    greeting: str = ""
    setup: tuple[SetupCommand, ...] = ()
    pager: Pager | None = None
    questions: tuple[ConfirmQuestion, ...] = ()
    status: str | None = None
    leave: tuple[str, ...] = ("exit", "logout", "quit")

    def prompt_of(self, cluster: str) -> str:
        """The prompt that a cluster of that name shows."""
        return self.prompt.replace("{cluster}", cluster)

    def greeting_of(self, cluster: str) -> str:
        return self.greeting.replace("{cluster}", cluster)

    def newline(self, *, terminal: bool) -> str:
        """What ends a line of its output."""
        return "\r\n" if terminal or self.line_end is not LineEnd.LF else "\n"

    @property
    def pages(self) -> Pager | None:
        """The pager that a program meets after its set-up commands."""
        return None if any(one.stops_pager for one in self.setup) else self.pager
