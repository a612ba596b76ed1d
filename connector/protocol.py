"""The protocol of the contract, and what crosses the wire. How commands are spelled is a matter of `dialects`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from connector.codes import Code
from connector.operations import Request
from connector.outcomes import Outcome

__all__ = ["REPLY_LIMIT", "Connector", "Deadlines", "Refusal", "WireReply", "WireTimes"]

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
class WireTimes:
    """Seconds of one command. channel: until its session was open; None: it took one that was. command: from then to
    the end of the reply."""

    channel: float | None
    command: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WireReply:
    """What one exec request leaves on the wire. `status` None: ended by a signal or without a status.

    times: only of a client that was asked to take them.
    """

    status: int | None
    stdout: str = ""
    stderr: str = ""
    times: WireTimes | None = None


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
