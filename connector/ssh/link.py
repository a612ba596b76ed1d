"""One SSH connection of a pool."""

import asyncio
from collections.abc import Callable

import asyncssh

from connector.pooled.link import Link
from connector.protocol import Deadlines, WireReply
from connector.ssh.login import ClientLogin
from connector.ssh.session import ClientSession

__all__ = ["SshLink"]


class SshLink(Link[str]):
    """Runs command lines, each in a session of its own."""

    def __init__(
        self,
        connection: asyncssh.SSHClientConnection,
        login: ClientLogin,
        sessions: int,
        changed: Callable[[], None],
        *,
        statuses: bool = True,
    ) -> None:
        super().__init__(sessions, changed)
        self._connection = connection
        self._login = login
        self._statuses = statuses
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

    async def _start(self, session: ClientSession, line: str) -> None:
        try:
            await self._connection.create_session(lambda: session, line, encoding=None)
        except Exception as error:  # asyncssh hands on whatever it was that broke its connection
            raise self._note(session.refused(error, abandoned=self._abandoned)) from error

    def _hang_up(self) -> None:
        self._connection.close()
