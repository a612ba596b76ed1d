"""One SSH connection of a pool, with a command in each session."""

import asyncio
from collections.abc import Callable

import asyncssh

from connector.protocol import Deadlines, WireReply
from connector.ssh.connection import ConnectionLink
from connector.ssh.login import ClientLogin
from connector.ssh.session import ClientSession

__all__ = ["SshLink"]


class SshLink(ConnectionLink):
    """Runs command lines, each in a session of its own. statuses: whether a reply has an exit status."""

    def __init__(
        self,
        connection: asyncssh.SSHClientConnection,
        login: ClientLogin,
        sessions: int,
        changed: Callable[[], None],
        *,
        statuses: bool = True,
    ) -> None:
        super().__init__(connection, login, sessions, changed)
        self._statuses = statuses

    async def run(self, command: str, deadlines: Deadlines, patience: float, limit: int) -> WireReply:
        """See `Link.run`."""
        loop = asyncio.get_running_loop()
        session = ClientSession(
            limit, lambda: deadline.reschedule(loop.time() + deadlines.command), statuses=self._statuses
        )
        try:
            async with asyncio.timeout(patience) as deadline:
                await self._start(session, command)
                await session.finished
            return session.reply()
        except TimeoutError as error:
            raise session.late(deadlines) from error
        finally:
            self._leave(session, deadlines.channel)
