"""One SSH connection of a pool whose server has no exec: commands are typed at prompts."""

import asyncio
from collections.abc import Callable
from typing import Any

import asyncssh

from connector.pooled.stops import CallStopped
from connector.protocol import Deadlines, WireReply, WireTimes
from connector.shell.personality import ShellPersonality
from connector.ssh.connection import ConnectionLink
from connector.ssh.login import ClientLogin
from connector.ssh.shell_session import ShellSession
from connector.values import replace

__all__ = ["ShellLink"]

_TERMINAL = "dumb"
_SIZE = (4096, 1000)
"""Columns and rows: wide enough for a line editor to leave a command in one line, and long for pagers that ask."""


class ShellLink(ConnectionLink):
    """Runs command lines at a shell that is kept for the next one; a session that lost track is thrown away.

    A kept shell takes a place only while a command runs on it: no other session is opened where one is idle.
    timed: replies say how long they took.
    """

    def __init__(
        self,
        connection: asyncssh.SSHClientConnection,
        login: ClientLogin,
        shell: ShellPersonality,
        sessions: int,
        changed: Callable[[], None],
        *,
        timed: bool = False,
    ) -> None:
        super().__init__(connection, login, sessions, changed)
        self._shell = shell
        self._timed = timed
        self._terminal: dict[str, Any] = {"term_type": _TERMINAL, "term_size": _SIZE} if shell.pty else {}
        self._idle: list[ShellSession] = []

    async def run(self, command: str, deadlines: Deadlines, patience: float, limit: int) -> WireReply:
        """See `Link.run`."""
        loop = asyncio.get_running_loop()
        session = self._kept(deadlines) or ShellSession(self._shell, limit)
        began, kept = loop.time(), session.opened
        try:
            async with asyncio.timeout(patience) as deadline:
                if not kept:
                    await self._ready(session)
                sent = loop.time()
                deadline.reschedule(sent + deadlines.command)
                session.send(command)
                await session.finished
            reply = session.reply()
            if not self._timed:
                return reply
            return replace(reply, times=WireTimes(channel=None if kept else sent - began, command=loop.time() - sent))
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

    async def _ready(self, session: ShellSession) -> None:
        """Open a shell and wait for its prompt; nothing is sent by then. Raises `CallStopped`."""
        await self._start(session, **self._terminal)
        await session.finished
        try:
            session.ready()
        except CallStopped as stopped:
            self._note(stopped)
            raise
