"""One shell on a connection, kept from command to command: a conversation over a channel of asyncssh."""

import asyncio

import asyncssh

from connector.codes import Code
from connector.pooled.stops import CallStopped
from connector.protocol import Deadlines, WireReply
from connector.shell.conversation import Conversation
from connector.shell.personality import ShellPersonality
from connector.sites import Site
from connector.ssh.channel import ClientChannel
from connector.ssh.stops import stopped_by

__all__ = ["ShellSession"]


class ShellSession(ClientChannel):
    """One command after another, of at most `limit` bytes of reply each.

    finished: done when the session is at a prompt again, or will never be.
    """

    def __init__(self, shell: ShellPersonality, limit: int) -> None:
        super().__init__()
        self._talk = Conversation(shell, limit)
        self._sent = False

    @property
    def replied(self) -> bool:
        return self.usable

    @property
    def usable(self) -> bool:
        """Whether it waits for a command."""
        return self._talk.idle and not self.closed

    @property
    def site(self) -> Site:
        return Site.CONNECTOR_REPLY if self._sent else Site.SSH_CHANNEL

    def send(self, line: str) -> None:
        """Type a command, while usable."""
        assert self._channel is not None
        self.finished = asyncio.get_running_loop().create_future()
        self._sent = True
        self._channel.write(self._talk.command(line))

    def reply(self) -> WireReply:
        """What came, once it has finished. Raises `CallStopped` where that is no whole reply."""
        reply = self._talk.reply
        if reply is None:
            raise self._stopped()
        try:
            reply.stdout.encode()
        except UnicodeEncodeError as error:
            raise self._unreadable("a reply that is not UTF-8") from error
        return reply

    def ready(self) -> None:
        """Whether the first prompt came, once it has finished. Raises `CallStopped`."""
        if not self._talk.idle:
            raise self._stopped()

    def late(self, deadlines: Deadlines) -> CallStopped:
        """What the present deadline means when it has run out."""
        if self._sent:
            message = f"no prompt within {deadlines.command:g} s, after {self._talk.received} characters of reply"
        elif self._started:
            message = f"no prompt within {deadlines.channel:g} s; what came ends with {self._talk.shown!a}"
        else:
            message = f"no session within {deadlines.channel:g} s"
        return CallStopped(Code.TIMEOUT, self.site, message, sent=self._sent)

    # What asyncssh tells.

    def data_received(self, data: bytes, datatype: int | None) -> None:
        keys = self._talk.feed(data)
        if keys and self._channel is not None and not self._channel.is_closing():
            self._channel.write(keys)
        if self._talk.idle or self._talk.failure is not None:
            self._finish()

    def eof_received(self) -> bool:
        return False

    def _refusal(self, error: asyncssh.ChannelOpenError) -> str:
        return f"the server refused to start a shell: {error.reason}"

    def _fell(self, error: Exception) -> CallStopped:
        return stopped_by(error, Site.SSH_CHANNEL, sent=False, gone=True)

    def _stopped(self) -> CallStopped:
        if self._talk.too_long:
            return self._unreadable("the reply is longer than is accepted")
        if self._talk.failure is not None:
            return self._unreadable(self._talk.failure)
        if self._cause is not None:
            return stopped_by(self._cause, self.site, sent=self._sent, gone=not self._sent)
        message = f"the session was closed without a prompt, after {self._talk.received} characters of reply"
        return CallStopped(Code.LOST if self._sent else Code.REFUSED, self.site, message, sent=self._sent)

    def _unreadable(self, message: str) -> CallStopped:
        if self._sent:
            return CallStopped(Code.UNREADABLE, Site.CONNECTOR_REPLY, message, sent=True)
        return CallStopped(Code.REFUSED, Site.SSH_CHANNEL, message, sent=False)
