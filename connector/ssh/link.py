"""One connection of a pool, and the places for sessions on it."""

import asyncio
from collections.abc import Callable

import asyncssh

from connector.protocol import Deadlines, WireReply
from connector.ssh.login import Login
from connector.ssh.session import Session
from connector.ssh.stops import ConnectionGone

__all__ = ["Link"]


class Link:
    """Counts the sessions that the other side has to count too: a place is free when its channel is closed, no sooner.

    `changed` is called when a place or the whole link may have become free.
    """

    def __init__(
        self, connection: asyncssh.SSHClientConnection, login: Login, sessions: int, changed: Callable[[], None]
    ) -> None:
        self._connection = connection
        self._login = login
        self._sessions = sessions
        self._changed = changed
        self._busy = 0
        self._leaving = 0
        self._abandoned = False
        self._retired = False
        login.when_lost = changed

    @property
    def lost(self) -> bool:
        return self._login.lost

    @property
    def busy(self) -> int:
        return self._busy

    @property
    def free(self) -> bool:
        """Whether it takes another session."""
        return not self.lost and not self._retired and self._busy < self._sessions

    def occupy(self) -> None:
        """Take a place; `run` or `vacate` gives it back."""
        self._busy += 1

    def vacate(self) -> None:
        self._busy -= 1
        self._settle()

    def retire(self) -> None:
        """Take no more sessions, and close after those that still wait for an answer."""
        self._retired = True
        self._settle()

    async def close(self) -> None:
        self._connection.close()
        await self._connection.wait_closed()

    async def run(self, line: str, deadlines: Deadlines, patience: float, limit: int) -> WireReply:
        """Run a command in the place that is occupied. Raises `CallStopped`.

        patience: what is left of the channel deadline, in seconds. limit: bytes of reply.
        """
        loop = asyncio.get_running_loop()
        session = Session(limit, lambda: deadline.reschedule(loop.time() + deadlines.command))
        try:
            async with asyncio.timeout(patience) as deadline:
                await self._start(session, line)
                await session.finished
            return session.reply()
        except TimeoutError as error:
            raise session.late(deadlines) from error
        finally:
            self._leave(session, patience=deadlines.channel)

    async def _start(self, session: Session, line: str) -> None:
        try:
            await self._connection.create_session(lambda: session, line, encoding=None)
        except Exception as error:  # asyncssh hands on whatever it was that broke its connection
            stopped = session.refused(error, abandoned=self._abandoned)
            self._retired = self._retired or isinstance(stopped, ConnectionGone)
            raise stopped from error

    def _leave(self, session: Session, patience: float) -> None:
        """Give the place back as soon as the channel is closed; if that takes too long, give up the connection."""
        if session.closed:
            self.vacate()
        elif not session.opened:
            # An open that nobody waits for any more may still succeed, and could not be closed.
            self._retired = self._retired or not session.turned_away
            self.vacate()
        else:
            self._leave_open(session, patience)

    def _leave_open(self, session: Session, patience: float) -> None:
        self._abandoned = self._abandoned or not (session.answered or session.turned_away)
        self._leaving += 1
        timer = asyncio.get_running_loop().call_later(patience, self.retire)

        def closed() -> None:
            timer.cancel()
            self._leaving -= 1
            self.vacate()

        session.when_closed = closed
        session.abort()
        self._settle()

    def _settle(self) -> None:
        if self._retired and self._busy == self._leaving and not self.lost:
            self._connection.close()
        self._changed()
