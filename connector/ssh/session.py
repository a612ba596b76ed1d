"""One command in one session: what asyncssh tells of it, kept until it is whole, too long, or over."""

import asyncio
from collections.abc import Callable

import asyncssh

from connector.codes import Code
from connector.pooled.stops import CallStopped
from connector.protocol import Deadlines, WireReply
from connector.sites import Site
from connector.ssh.stops import stopped_by

__all__ = ["ClientSession"]


class ClientSession(asyncssh.SSHClientSession[bytes]):
    """Collects a reply of at most `limit` bytes. `when_open`: called as the command goes out.

    statuses: a reply is whole only with an exit status; without, its end is all that shows it.
    closed: the channel is closed on both sides. turned_away: the session or its command was refused, or fell with its
    connection, before the command started.
    """

    def __init__(self, limit: int, when_open: Callable[[], None], *, statuses: bool = True) -> None:
        self._limit = limit
        self._statuses = statuses
        self._when_open = when_open
        self._channel: asyncssh.SSHClientChannel[bytes] | None = None
        self._started = False
        self._status: int | None = None
        self._signal: str | None = None
        self._ended = False
        self._cause: Exception | None = None
        self._chunks: dict[int | None, list[bytes]] = {None: [], asyncssh.EXTENDED_DATA_STDERR: []}
        self._received = 0
        self.turned_away = False
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed = False
        self.when_closed: Callable[[], None] | None = None

    @property
    def opened(self) -> bool:
        """Whether the channel is open, from which moment on the command has to be taken for sent."""
        return self._channel is not None

    @property
    def replied(self) -> bool:
        return self._status is not None or self._signal is not None

    @property
    def site(self) -> Site:
        """Where the call is."""
        if not self.opened:
            return Site.SSH_CHANNEL
        return Site.CONNECTOR_REPLY if self._started else Site.CONNECTOR_EXEC

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        self._channel = chan
        self._when_open()

    def session_started(self) -> None:
        self._started = True

    def data_received(self, data: bytes, datatype: int | None) -> None:
        self._received += len(data)
        if self._received > self._limit:
            self._finish()
        else:
            self._chunks[datatype].append(data)

    def eof_received(self) -> bool:
        self._ended = True
        self._finish_if_whole()
        return False

    def exit_status_received(self, status: int) -> None:
        self._status = status
        self._finish_if_whole()

    def exit_signal_received(self, signal: str, core_dumped: bool, msg: str, lang: str) -> None:
        self._signal = signal
        self._finish_if_whole()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self._cause = exc
        self._finish()
        if self.when_closed is not None:
            self.when_closed()

    def abandon(self) -> None:
        """Close the channel, whatever is still on its way. The command on the other side may run on."""
        if self._channel is not None and not self.closed:
            self._channel.abort()

    def reply(self) -> WireReply:
        """What came, once it is finished. Raises `CallStopped` where that is no whole reply."""
        if self._received > self._limit:
            raise self._unreadable(f"more than {self._limit} bytes of reply")
        if self._signal is not None:
            message = f"the command was ended by signal {self._signal}"
            raise CallStopped(Code.INTERRUPTED, Site.CONNECTOR_REPLY, message, sent=True)
        if (self._status is None and self._statuses) or (self._cause is not None and not self._ended):
            raise self._cut()
        try:
            stdout, stderr = (b"".join(chunks).decode() for chunks in self._chunks.values())
        except UnicodeDecodeError as error:
            raise self._unreadable(f"a reply that is not UTF-8: {error.reason}") from error
        return WireReply(status=self._status, stdout=stdout, stderr=stderr)

    def refused(self, error: Exception, *, abandoned: bool) -> CallStopped:
        """Why the session did not start.

        error: what asyncssh raised. abandoned: a command was given up on this connection, and the server may count its
        session against a limit until it ends: then a refusal means this connection alone, and another will do.
        """
        self.turned_away = True
        if isinstance(error, asyncssh.ChannelOpenError) and self.opened and not self.closed:
            # Only an answer leaves the channel open: the server has said no to the command itself.
            return CallStopped(Code.REFUSED, Site.CONNECTOR_EXEC, "the server refused to run the command", sent=False)
        if self.opened:
            return self._cut() if isinstance(error, asyncssh.ChannelOpenError) else self._lost(error)
        answered = isinstance(error, asyncssh.ChannelOpenError) and error.reason != "SSH connection closed"
        return stopped_by(error, Site.SSH_CHANNEL, sent=False, gone=abandoned or not answered)

    def late(self, deadlines: Deadlines) -> CallStopped:
        """What the present deadline means when it has run out."""
        if not self.opened:
            message = f"no session within {deadlines.channel:g} s"
        elif not self._started:
            message = f"the command was not taken within {deadlines.command:g} s"
        else:
            message = f"no exit status within {deadlines.command:g} s, after {self._received} bytes of reply"
        return CallStopped(Code.TIMEOUT, self.site, message, sent=self.opened)

    def _cut(self) -> CallStopped:
        if self._cause is None:
            message = f"the session was closed without an exit status, after {self._received} bytes of reply"
            return CallStopped(Code.LOST, self.site, message, sent=True)
        return self._lost(self._cause)

    def _lost(self, error: Exception) -> CallStopped:
        return stopped_by(error, self.site, sent=True)

    def _unreadable(self, message: str) -> CallStopped:
        return CallStopped(Code.UNREADABLE, Site.CONNECTOR_REPLY, message, sent=True)

    def _finish_if_whole(self) -> None:
        if self._ended and (self.replied or not self._statuses):
            self._finish()

    def _finish(self) -> None:
        if not self.finished.done():
            self.finished.set_result(None)
