"""One command on a connection: its channel, the command itself, and what comes back."""

import asyncio
from collections.abc import Callable

from connector.codes import Code
from connector.dialects import ReadCommand
from connector.errors import CommandError
from connector.operations import Reply
from connector.pooled.link import Answer
from connector.pooled.stops import CallStopped, ConnectionGone
from connector.protocol import Deadlines, Refusal, WireReply
from connector.shell.typable import as_seen
from connector.sites import Site
from connector.values import replace
from fake_clusters.plans import ChannelPlan, CommandPlan, CutHow, OutputPlan
from fake_clusters.server.reply_writer import ReplyWriter
from fake_clusters.ticket import FINISHED, Ticket
from harness.virtual.direct.connection import DirectConnection
from harness.virtual.direct.shell import DirectShell

__all__ = ["DirectCall"]

_AS_IS = CommandPlan().output
_STDOUT, _STDERR = 0, 1


class DirectCall:
    """A `connector.pooled.link.Call` that listens to the model for its command.

    command: a line where the dialect's words tell less than what they spell. finished: it is over, one way or another.
    answer: what the model said; or, where it was spelled or spoiled on its way, what arrived of it. shell: the one at
    which it is typed; None: it is sent by exec, in a channel of its own.
    """

    def __init__(
        self,
        connection: DirectConnection,
        command: ReadCommand | str,
        deadlines: Deadlines,
        *,
        limit: int,
        shell: DirectShell | None = None,
    ) -> None:
        self.finished: asyncio.Future[None] = connection.side.loop.create_future()
        self.opened = False
        self.closed = False
        self.turned_away = False
        self.answer: Answer | None = None
        self.when_closed: Callable[[], None] | None = None
        self._connection = connection
        self._line = command if isinstance(command, str) else None
        self._command = None if isinstance(command, str) else command
        self._complaint = ""
        self._deadlines = deadlines
        self._limit = limit
        self._timer: asyncio.TimerHandle | None = None
        self._ticket: Ticket = FINISHED
        self._stop: CallStopped | None = None
        self._shell = shell
        self._printer: ReplyWriter | None = None
        self._received: tuple[list[bytes], list[bytes]] = ([], [])
        self._size = 0
        self._flooded = False

    def begin(self, patience: float) -> None:
        """AskedCommand for a channel, to be open within so many seconds. The answer may come before this returns."""
        connection = self._connection
        if connection.lost:
            self._refuse(ConnectionGone(Code.REFUSED, Site.SSH_CHANNEL, "the connection had ended", sent=False))
            return
        connection.calls[self] = None
        if self._shell is not None and self._shell.ordinal:
            self._type(self._shell.ordinal)
            return
        connection.opened += 1
        self._ordinal = connection.opened
        if connection.side.partitions.none:
            self._ask(patience)
        else:
            self._wait_at_most(patience)
            connection.round_trip(lambda: self._ask(patience))

    def _type(self, ordinal: int) -> None:
        """Send the command at a shell that is open already."""
        self._ordinal = ordinal
        self.opened = True
        self._wait_at_most(self._deadlines.command)
        self._connection.to_cluster(self._arrive)

    def _arrive(self) -> None:
        """What was typed is there: it is carried out, whoever has given up by then."""
        self._submit()
        if self.closed:
            self._ticket.abandon()

    def _ask(self, patience: float) -> None:
        """The cluster hears of it."""
        connection = self._connection
        if self.closed:
            return
        plan = connection.side.model.open_channel(connection.number)
        if plan.delay <= 0 and connection.side.partitions.none and connection.client.runs:
            self._open(plan)
            return
        if plan.delay > 0 and self._timer is None:
            self._wait_at_most(patience)
        connection.side.after(plan.delay, lambda: connection.to_client(lambda: self._open(plan)))

    @property
    def replied(self) -> bool:
        return self.answer is not None

    def result(self) -> Answer:
        """What came, once it is finished. Raises `CallStopped`."""
        if self._stop is not None:
            raise self._stop
        assert self.answer is not None
        return self.answer

    def abandon(self) -> None:
        """Close the channel, whatever is still on its way. The command may run on."""
        self._ticket.abandon()
        self._close()

    def lost(self, why: str) -> None:
        """The connection ended under it."""
        self._ticket.abandon()
        if self.opened:
            self._finish(CallStopped(Code.LOST, Site.CONNECTOR_REPLY, why, sent=True))
        else:
            self._refuse(ConnectionGone(Code.REFUSED, Site.SSH_CHANNEL, why, sent=False))
        self._close()

    # What the model says.

    def answered(self, answer: Reply | Refusal, output: OutputPlan) -> None:
        connection, side = self._connection, self._connection.side
        if self._complaint and isinstance(answer, Refusal):
            answer = replace(answer, message=self._complaint)
        if output is not _AS_IS and output != _AS_IS:
            self._printer = ReplyWriter(side, self, connection.number, self._ordinal)
            if self._shell is not None:
                self._printer.line_end = self._shell.personality.newline(terminal=self._shell.personality.pty)
            done = self._end_silently if output.no_status else self._exit
            self._printer.print(side.responder.render(self._command, answer), output, done)
            return
        heard = answer if self._line is None else self._seen(side.responder.render(self._command, answer))
        if side.partitions.none and connection.client.runs:
            self._hear(heard)
        else:
            connection.to_client(lambda: self._hear(heard))

    def _seen(self, wire: WireReply) -> WireReply:
        return wire if self._shell is None else as_seen(self._shell.personality, wire)

    def _hear(self, answer: Answer) -> None:
        if not self.closed:
            self.answer = answer
            self._finish(None)
            self._end()

    def cut(self, how: CutHow) -> None:
        self._connection.end(how)

    # Where the printer prints.

    def write(self, data: bytes) -> None:
        self._receive(_STDOUT, data)

    def write_stderr(self, data: bytes) -> None:
        self._receive(_STDERR, data)

    def is_closing(self) -> bool:
        return self.closed

    def _open(self, plan: ChannelPlan) -> None:
        connection = self._connection
        if self.closed or connection.lost:
            return
        if plan.refuse:
            plan.note(connection.side.model.now, "refuse")
            self._refuse(CallStopped(Code.REFUSED, Site.SSH_CHANNEL, "the session was refused", sent=False))
            connection.calls.pop(self, None)
            self.closed = True
            return
        self.opened = True
        if plan.exec_refuse:
            plan.note(connection.side.model.now, "exec_refuse")
            message = "the server refused to run the command"
            self._refuse(CallStopped(Code.REFUSED, Site.CONNECTOR_EXEC, message, sent=False))
            self._close()
            return
        if self._shell is not None:
            self._shell.ordinal = self._ordinal
        self._submit()
        if not self.finished.done():
            self._wait_at_most(self._deadlines.command)

    def _submit(self) -> None:
        side = self._connection.side
        if self._line is not None:
            try:
                self._command = side.responder.read(self._line)
            except CommandError as error:
                self._complaint = str(error)
        request = None if self._command is None else self._command.request
        self._ticket = side.model.submit(request, self._connection.number, self)

    def _receive(self, stream: int, data: bytes) -> None:
        self._received[stream].append(data)
        self._size += len(data)
        if self._size > self._limit:
            self._flooded = True
            stop = self._unreadable(f"more than {self._limit} bytes of reply")
            self._connection.to_client(lambda: self._finish(stop))

    def _exit(self, status: int | None) -> None:
        """The reply is out: the channel ends with its status."""
        self._connection.to_client(lambda: self._read(status))

    def _end_silently(self, status: int | None) -> None:
        """The reply is out, and the channel ends without a status or a prompt."""
        self._connection.to_client(self._lose_status)

    def _lose_status(self) -> None:
        message = f"the session was closed without an exit status, after {self._size} bytes of reply"
        self._finish(CallStopped(Code.LOST, Site.CONNECTOR_REPLY, message, sent=True))
        self._close()

    def _read(self, status: int | None) -> None:
        if self.closed or self._flooded:
            return
        try:
            stdout, stderr = (b"".join(chunks).decode() for chunks in self._received)
        except UnicodeDecodeError as error:
            self._finish(self._unreadable(f"a reply that is not UTF-8: {error.reason}"))
            self._end()
        else:
            self._hear(self._seen(WireReply(status=status, stdout=stdout, stderr=stderr)))

    def _unreadable(self, message: str) -> CallStopped:
        return CallStopped(Code.UNREADABLE, Site.CONNECTOR_REPLY, message, sent=True)

    def _refuse(self, stop: CallStopped) -> None:
        self.turned_away = True
        self._finish(stop)

    def _wait_at_most(self, seconds: float) -> None:
        """The present deadline; every command has one, and a timer costs a third of `asyncio.timeout`."""
        self._stop_waiting()
        self._timer = self._connection.side.loop.deadline_in(seconds, self._run_out, context=self._connection.context)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _run_out(self) -> None:
        """What the present deadline means when it has run out."""
        if self.opened:
            message = f"no exit status within {self._deadlines.command:g} s, after {self._size} bytes of reply"
            self._finish(CallStopped(Code.TIMEOUT, Site.CONNECTOR_REPLY, message, sent=True))
        else:
            message = f"no session within {self._deadlines.channel:g} s"
            self._finish(CallStopped(Code.TIMEOUT, Site.SSH_CHANNEL, message, sent=False))

    def _finish(self, stop: CallStopped | None) -> None:
        if not self.finished.done():
            self._stop = stop
            self._stop_waiting()
            self.finished.set_result(None)

    def _end(self) -> None:
        """The reply is whole: a shell is at its prompt again, any other channel is closed."""
        if self._shell is None:
            self._close()
            return
        self._stop_waiting()
        self._connection.calls.pop(self, None)
        self._shell.idle = True

    def _close(self) -> None:
        if self.closed:
            return
        self.closed = True
        self._ticket = FINISHED  # it holds what it was taken for, and that this call: no garbage is to be searched for
        self._stop_waiting()
        if self._printer is not None:
            self._printer.stop()
        connection = self._connection
        connection.calls.pop(self, None)
        if self.opened and not connection.lost:
            connection.side.model.close_channel(connection.number)
        if self.when_closed is not None:
            self.when_closed()
