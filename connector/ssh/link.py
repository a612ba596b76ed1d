"""One SSH connection of a pool, with a command in each session."""

import asyncio
from collections.abc import Callable

import asyncssh

from connector.protocol import Deadlines, WireReply, WireTimes
from connector.ssh.connection import ConnectionLink
from connector.ssh.login import ClientLogin
from connector.ssh.session import ClientSession
from connector.values import replace

__all__ = ["SshLink"]


class SshLink(ConnectionLink):
    """Runs command lines, each in a session of its own. statuses: whether a reply has an exit status.
    timed: replies say how long they took."""

    def __init__(
        self,
        connection: asyncssh.SSHClientConnection,
        login: ClientLogin,
        sessions: int,
        changed: Callable[[], None],
        *,
        statuses: bool = True,
        timed: bool = False,
    ) -> None:
        super().__init__(connection, login, sessions, changed)
        self._statuses = statuses
        self._timed = timed

    async def run(self, command: str, deadlines: Deadlines, patience: float, limit: int) -> WireReply:
        """See `Link.run`."""
        loop = asyncio.get_running_loop()
        began = sent = loop.time()

        def when_open() -> None:
            nonlocal sent
            sent = loop.time()
            deadline.reschedule(sent + deadlines.command)

        session = ClientSession(limit, when_open, statuses=self._statuses)
        try:
            async with asyncio.timeout(patience) as deadline:
                await self._start(session, command)
                await session.finished
            reply = session.reply()
            if not self._timed:
                return reply
            return replace(reply, times=WireTimes(channel=sent - began, command=loop.time() - sent))
        except TimeoutError as error:
            raise session.late(deadlines) from error
        finally:
            self._leave(session, deadlines.channel)
