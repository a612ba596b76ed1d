"""One command in one session: what asyncssh tells of it, kept until it is whole, too long, or over."""

from collections.abc import Callable

import asyncssh

from connector.codes import Code
from connector.pooled.stops import CallStopped
from connector.protocol import Deadlines, WireReply
from connector.sites import Site
from connector.ssh.channel import ClientChannel
from connector.ssh.stops import stopped_by

__all__ = ["ClientSession"]


class ClientSession(ClientChannel):
    """Collects a reply of at most `limit` bytes. `when_open`: called as the command goes out.

    statuses: a reply is whole only with an exit status; without, its end is all that shows it. From the moment that the
    channel is open the command has to be taken for sent.
    """

    def __init__(self, limit: int, when_open: Callable[[], None], *, statuses: bool = True) -> None:
        super().__init__()
        self._limit = limit
        self._statuses = statuses
        self._when_open = when_open
        self._status: int | None = None
        self._signal: str | None = None
        self._ended = False
        self._chunks: dict[int | None, list[bytes]] = {None: [], asyncssh.EXTENDED_DATA_STDERR: []}
        self._received = 0

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
        super().connection_made(chan)
        self._when_open()

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

    def _refusal(self, error: asyncssh.ChannelOpenError) -> str:
        return "the server refused to run the command"

    def _fell(self, error: Exception) -> CallStopped:
        return self._cut() if isinstance(error, asyncssh.ChannelOpenError) else self._lost(error)

    def _lost(self, error: Exception) -> CallStopped:
        return stopped_by(error, self.site, sent=True)

    def _unreadable(self, message: str) -> CallStopped:
        return CallStopped(Code.UNREADABLE, Site.CONNECTOR_REPLY, message, sent=True)

    def _finish_if_whole(self) -> None:
        if self._ended and (self.replied or not self._statuses):
            self._finish()
