"""One session channel of a connection, as the connection's places see it."""

import asyncio
from collections.abc import Callable

import asyncssh

from connector.codes import Code
from connector.pooled.stops import CallStopped
from connector.sites import Site
from connector.ssh.stops import stopped_by

__all__ = ["ClientChannel"]


class ClientChannel(asyncssh.SSHClientSession[bytes]):
    """What asyncssh tells of a channel. It is a `connector.pooled.link.Call`.

    closed: on both sides. turned_away: it was refused, or fell with its connection, before the command started.
    finished: done once there is nothing more to wait for.
    """

    def __init__(self) -> None:
        self._channel: asyncssh.SSHClientChannel[bytes] | None = None
        self._started = False
        self._cause: Exception | None = None
        self.turned_away = False
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed = False
        self.when_closed: Callable[[], None] | None = None

    @property
    def opened(self) -> bool:
        return self._channel is not None

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        self._channel = chan

    def session_started(self) -> None:
        self._started = True

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self._cause = exc
        self._finish()
        if self.when_closed is not None:
            self.when_closed()

    def abandon(self) -> None:
        """Close the channel, whatever is still on its way. What was sent may still be carried out."""
        if self._channel is not None and not self.closed:
            self._channel.abort()

    def refused(self, error: Exception, *, abandoned: bool) -> CallStopped:
        """Why it did not start.

        error: what asyncssh raised. abandoned: a command was given up on this connection, and the server may count its
        session against a limit until it ends: then a refusal means this connection alone, and another will do.
        """
        self.turned_away = True
        if isinstance(error, asyncssh.ChannelOpenError) and self.opened and not self.closed:
            # Only an answer leaves the channel open: the server has said no to what was to run on it.
            return CallStopped(Code.REFUSED, Site.CONNECTOR_EXEC, self._refusal(error), sent=False)
        if self.opened:
            return self._fell(error)
        answered = isinstance(error, asyncssh.ChannelOpenError) and error.reason != "SSH connection closed"
        return stopped_by(error, Site.SSH_CHANNEL, sent=False, gone=abandoned or not answered)

    def _refusal(self, error: asyncssh.ChannelOpenError) -> str:
        """What it means that an open channel was told no."""
        raise NotImplementedError

    def _fell(self, error: Exception) -> CallStopped:
        """What it means that an open channel ended before it started."""
        raise NotImplementedError

    def _finish(self) -> None:
        if not self.finished.done():
            self.finished.set_result(None)
