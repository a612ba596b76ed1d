"""The two protocols of the contract: who performs a command, and how its words are spelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from connector.codes import Code
from connector.operations import Capability, Reply, Request, Verb
from connector.outcomes import Outcome
from connector.shell.personality import ShellPersonality

__all__ = ["REPLY_LIMIT", "Connector", "Deadlines", "Dialect", "Refusal", "WireReply"]

REPLY_LIMIT = 16 * 2**20
"""Bytes of one reply, standard output and error together, after which a connector gives it up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Seconds that each phase of one call may take; each runs out on its own."""

    connect: float = 5.0
    login: float = 10.0
    channel: float = 5.0
    command: float = 30.0

    @property
    def total(self) -> float:
        """The longest that a call can take, all phases together."""
        return self.connect + self.login + self.channel + self.command


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A connector's answer that is not success."""

    code: Code
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WireReply:
    """What one exec request leaves on the wire. `status` None: ended by a signal or without a status."""

    status: int | None
    stdout: str = ""
    stderr: str = ""


class Dialect(Protocol):
    """How commands and replies are spelled; serves both directions.

    The client uses `command` and `reply`; the fake uses `request` and `render`. For every request r:
    `request(command(r)) == r` (for what the capabilities of the dialect carry), and for every answer a:
    `reply(r.verb, render(r.verb, a)) == a`.
    """

    @property
    def name(self) -> str: ...

    @property
    def capabilities(self) -> frozenset[Capability]: ...

    @property
    def shell(self) -> ShellPersonality | None:
        """How the connector's shell looks and is used; None: it takes commands by exec, and its shell is nobody's
        concern."""
        ...

    def command(self, request: Request) -> str:
        """The command line, quoted for the remote shell: no name can inject a command.

        Raises `connector.errors.CommandError` for what cannot be spelled, such as a NUL in a name.
        """
        ...

    def request(self, line: str) -> Request:
        """The request that a command line spells. Raises `connector.errors.CommandError`."""
        ...

    def render(self, verb: Verb | None, answer: Reply | Refusal) -> WireReply:
        """Spell an answer. `verb` None: the command line could not be read."""
        ...

    def reply(self, verb: Verb, wire: WireReply) -> Reply | Refusal:
        """Read an answer. Raises `connector.errors.ReplyError` where it is not of the dialect."""
        ...


class Connector(Protocol):
    """Performs commands on one cluster. Never raises for what a cluster or a network can do."""

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome: ...


def phases(deadlines: Deadlines) -> Sequence[tuple[str, float]]:
    """The phases in the order in which a call meets them, each with its seconds."""
    return (
        ("connect", deadlines.connect),
        ("login", deadlines.login),
        ("channel", deadlines.channel),
        ("command", deadlines.command),
    )
