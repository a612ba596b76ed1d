"""One SSH connection of a pool, whatever its sessions are."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, TypeVar

import asyncssh

from connector.pooled.link import Answer, Link
from connector.protocol import Deadlines
from connector.ssh.channel import ClientChannel
from connector.ssh.login import ClientLogin

__all__ = ["ConnectionLink"]

C = TypeVar("C", bound=ClientChannel)


class ConnectionLink(Link[str]):
    """Opens sessions on a connection that has logged in, and ends it."""

    def __init__(
        self,
        connection: asyncssh.SSHClientConnection,
        login: ClientLogin,
        sessions: int,
        changed: Callable[[], None],
    ) -> None:
        super().__init__(sessions, changed)
        self._connection = connection
        self._login = login
        login.when_lost = changed

    @property
    def lost(self) -> bool:
        return self._login.lost

    @abstractmethod
    async def run(self, command: str, deadlines: Deadlines, patience: float, limit: int) -> Answer:
        """See `Link.run`."""

    async def close(self) -> None:
        self._connection.close()
        await self._connection.wait_closed()

    async def _start(self, session: C, command: str | None = None, **terminal: Any) -> None:
        """Open a session: with a command, or a shell. Raises `CallStopped`."""
        try:
            await self._connection.create_session(lambda: session, command, encoding=None, **terminal)
        except Exception as error:  # asyncssh hands on whatever it was that broke its connection
            raise self._note(session.refused(error, abandoned=self._abandoned)) from error

    def _hang_up(self) -> None:
        self._connection.close()
