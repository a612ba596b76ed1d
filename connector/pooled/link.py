"""One connection of a pool, and the places for sessions on it."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from connector.operations import Reply
from connector.pooled.stops import CallStopped, ConnectionGone
from connector.protocol import Deadlines, Refusal, WireReply

__all__ = ["Answer", "Call", "Link"]

Answer = Reply | Refusal | WireReply
"""What came back; a `WireReply` is still to be read by the dialect."""

S_contra = TypeVar("S_contra", contravariant=True)


class Call(Protocol):
    """One command on a connection, as the connection's places see it.

    opened: its channel is open; closed: on both sides. turned_away: it was refused before it started. replied: its
    exit status has come. when_closed: to be called once it is closed.
    """

    when_closed: Callable[[], None] | None

    @property
    def opened(self) -> bool: ...

    @property
    def closed(self) -> bool: ...

    @property
    def turned_away(self) -> bool: ...

    @property
    def replied(self) -> bool: ...

    def abandon(self) -> None:
        """Close the channel, whatever is still on its way. The command may run on."""
        ...


class Link(ABC, Generic[S_contra]):
    """Counts the sessions that the other side has to count too: a place is free when its channel is closed, no sooner.

    places: sessions at once. changed: called when a place or the whole link may have become free.
    S_contra: what a request has become on its way to this kind of connection.
    """

    def __init__(self, places: int, changed: Callable[[], None]) -> None:
        self.busy = 0
        self._places = places
        self._changed = changed
        self._leaving = 0
        self._abandoned = False
        self._retired = False

    @property
    @abstractmethod
    def lost(self) -> bool:
        """Whether the connection has ended."""

    @abstractmethod
    async def run(self, command: S_contra, deadlines: Deadlines, patience: float, limit: int) -> Answer:
        """Run a command in the place that is occupied, and give the place back. Raises `CallStopped`.

        patience: what is left of the channel deadline, in seconds. limit: bytes of reply.
        """

    @abstractmethod
    async def close(self) -> None:
        """End the connection, and the commands on it."""

    @abstractmethod
    def _hang_up(self) -> None:
        """Begin to end the connection."""

    @property
    def free(self) -> bool:
        """Whether it takes another session."""
        return not self._retired and self.busy < self._places and not self.lost

    def occupy(self) -> None:
        """Take a place; `run` or `vacate` gives it back."""
        self.busy += 1

    def vacate(self) -> None:
        self.busy -= 1
        self._settle()

    def retire(self) -> None:
        """Take no more sessions, and close after those that still wait for an answer."""
        self._retired = True
        self._settle()

    def _note(self, stopped: CallStopped) -> CallStopped:
        """Nothing more is sent on a connection that has turned out to be of no use."""
        self._retired = self._retired or isinstance(stopped, ConnectionGone)
        return stopped

    def _leave(self, call: Call, patience: float) -> None:
        """Give the place back as soon as the channel is closed; if that takes too long, give up the connection."""
        if call.closed:
            self.vacate()
        elif call.opened:
            self._leave_open(call, patience)
        else:
            # An open that nobody waits for any more may still succeed, and could not be closed.
            self._retired = self._retired or not call.turned_away
            call.abandon()
            self.vacate()

    def _leave_open(self, call: Call, patience: float) -> None:
        self._abandoned = self._abandoned or not (call.replied or call.turned_away)
        self._leaving += 1
        timer = asyncio.get_running_loop().call_later(patience, self.retire)

        def closed() -> None:
            timer.cancel()
            self._leaving -= 1
            self.vacate()

        call.when_closed = closed
        call.abandon()
        self._settle()

    def _settle(self) -> None:
        if self._retired and self.busy == self._leaving and not self.lost:
            self._hang_up()
        self._changed()
