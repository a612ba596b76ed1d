"""One SSH connection of a pool whose server has no exec: commands are typed at prompts."""

import asyncio
from collections.abc import Callable

import asyncssh

from connector.pooled.link import Link
from connector.pooled.stops import CallStopped
from connector.protocol import Deadlines, WireReply
from connector.shell.personality import ShellPersonality
from connector.ssh.login import ClientLogin
from connector.ssh.shell_session import ShellSession

__all__ = ["ShellLink"]

_TERMINAL = "dumb"
_SIZE = (4096, 1000)
"""Columns and rows: wide enough for a line editor to leave a command in one line, and long for pagers that ask."""


class ShellLink(Link[str]):
    """Runs command lines at a shell that is kept for the next one; a session that lost track is thrown away.

    A kept shell takes a place only while a command runs on it: no other session is opened where one is idle.
    """

    def __init__(
        self,
        connection: asyncssh.SSHClientConnection,
        login: ClientLogin,
        shell: ShellPersonality,
        sessions: int,
        changed: Callable[[], None],
    ) -> None:
        super().__init__(sessions, changed)
        self._connection = connection
        self._login = login
        self._shell = shell
        self._idle: list[ShellSession] = []
        login.when_lost = changed

    @property
    def lost(self) -> bool:
        return self._login.lost

    async def close(self) -> None:
        self._connection.close()
        await self._connection.wait_closed()

    async def run(self, command: str, deadlines: Deadlines, patience: float, limit: int) -> WireReply:
        """See `Link.run`."""
        loop = asyncio.get_running_loop()
        session = self._kept(deadlines) or ShellSession(self._shell, limit)
        try:
            async with asyncio.timeout(patience) as deadline:
                if not session.opened:
                    await self._start(session)
                deadline.reschedule(loop.time() + deadlines.command)
                session.send(command)
                await session.moved
            return session.reply()
        except TimeoutError as error:
            raise session.late(deadlines) from error
        finally:
            self._keep_or_leave(session, deadlines.channel)

    def _kept(self, deadlines: Deadlines) -> ShellSession | None:
        """An idle shell. One that has ended or said something unasked is given up."""
        while self._idle:
            session = self._idle.pop()
            if session.usable:
                return session
            self.occupy()
            self._leave(session, deadlines.channel)
        return None

    def _keep_or_leave(self, session: ShellSession, patience: float) -> None:
        if session.usable:
            self._idle.append(session)
            self.vacate()
        else:
            self._leave(session, patience)

    async def _start(self, session: ShellSession) -> None:
        """Open a shell and wait for its prompt; nothing is sent by then. Raises `CallStopped`."""
        try:
            await self._connection.create_session(
                lambda: session,
                term_type=_TERMINAL if self._shell.pty else None,
                term_size=_SIZE if self._shell.pty else None,
                encoding=None,
            )
        except Exception as error:  # asyncssh hands on whatever it was that broke its connection
            raise self._note(session.refused(error, abandoned=self._abandoned)) from error
        await session.moved
        try:
            session.ready()
        except CallStopped as stopped:
            self._note(stopped)
            raise

    def _hang_up(self) -> None:
        self._connection.close()
