"""Performs commands by calling a cluster's model: same pool, same phases, same outcomes as over SSH."""

from collections.abc import Callable

from connector.codes import Code
from connector.dialects import ReadCommand, Talk
from connector.pooled.connector import PooledConnector
from connector.pooled.link import Link
from connector.pooled.stops import CallStopped
from connector.protocol import Deadlines
from connector.sites import Site
from harness.virtual.direct.front import DirectFront
from harness.virtual.direct.link import DirectLink
from harness.virtual.hosts import current_host

__all__ = ["DirectConnector"]


class DirectConnector(PooledConnector[ReadCommand | str]):
    """A connector for one cluster, opened and used by one host. See `connector.ssh.SshConnector`.

    Requests and answers are spelled and read only where that makes a difference: where the dialect's words tell less
    than what they stand for, or cannot spell it at all.
    """

    def __init__(self, front: DirectFront, *, connections: int, sessions: int) -> None:
        super().__init__(front.side.dialect, spell=_command, open_link=self._open, connections=connections)
        self._front = front
        self._sessions = sessions

    async def _open(self, deadlines: Deadlines, changed: Callable[[], None]) -> Link[ReadCommand | str]:
        here, side = current_host(), self._front.side
        try:
            if side.partitions.blocked(here.name, side.host.name):
                await self._meet(here.name, deadlines.connect)
            connection = self._front.dial(here)
        except OSError as error:
            from connector.ssh.stops import stopped_by  # asyncssh is imported where something goes wrong

            raise stopped_by(error, Site.SSH_CONNECT, sent=False) from error
        await connection.log_in(deadlines.login)
        return DirectLink(connection, self._sessions, changed)

    async def _meet(self, here: str, seconds: float) -> None:
        """Until the partition between here and the cluster heals. Raises `CallStopped`."""
        side = self._front.side
        try:
            await side.partitions.wait_connect(here, side.host.name, seconds)
        except TimeoutError as error:
            message = f"no connection within {seconds:g} s"
            raise CallStopped(Code.TIMEOUT, Site.SSH_CONNECT, message, sent=False) from error


def _command(talk: Talk) -> ReadCommand | str:
    """Raises `CommandError` where it could not be spelled."""
    if not talk.tells_all:
        return talk.line
    if not talk.is_surely_spelled:
        _ = talk.line
    return ReadCommand(request=talk.part, ask=talk.ask)
