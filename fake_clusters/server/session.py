"""One session channel: an exec request or a shell, with or without a terminal."""

from collections.abc import Mapping
from functools import partial

import asyncssh

from connector.protocol import WireReply
from fake_clusters.plans import ChannelPlan, CutHow, OutputPlan
from fake_clusters.server.call import CommandCall
from fake_clusters.server.reply_writer import ReplyWriter
from fake_clusters.server.service import ConnectionContext, ServerContext
from fake_clusters.server.shell import Shell

__all__ = ["ServerSession"]

_DEADLY = frozenset(
    {"ABRT", "ALRM", "FPE", "HUP", "ILL", "INT", "KILL", "PIPE", "QUIT", "SEGV", "TERM", "USR1", "USR2"}
)
_NOTHING = (WireReply(status=0, stdout="", stderr=""), OutputPlan())
_INTERRUPT = b"\x03"
_INTERRUPTED = 130


class ServerSession(asyncssh.SSHServerSession[bytes]):
    """asyncssh's callbacks of one session. Subsystems and forwarding of X11 and agents are refused."""

    def __init__(self, service: ServerContext, context: ConnectionContext, plan: ChannelPlan, ordinal: int) -> None:
        self._service = service
        self._context = context
        self._plan = plan
        self._ordinal = ordinal
        self._started = False
        self._terminal = False
        self._early: tuple[WireReply, OutputPlan] | None = None
        self._call: CommandCall | None = None
        self._shell: Shell | None = None

    def connection_made(self, chan: "asyncssh.SSHServerChannel[bytes]") -> None:
        self._channel = chan
        self._printer = ReplyWriter(
            self._service, chan, self._context.number, self._ordinal, unsent=self._context.unsent
        )

    def connection_lost(self, exc: Exception | None) -> None:
        self._abandon()
        self._service.model.close_channel(self._context.number)

    def pty_requested(
        self, term_type: str, term_size: tuple[int, int, int, int], term_modes: Mapping[int, int]
    ) -> bool:
        # A connector that knows no terminal takes the request, and stays as it is.
        self._terminal = self._service.shell.pty
        if self._terminal:
            self._printer.one_stream, self._printer.line_end = True, "\r\n"
        return True

    def exec_requested(self, command: str) -> bool:
        if not self._service.shell.exec or self._refuses():
            return False
        if not command.strip():
            self._early = _NOTHING  # as a shell that is given nothing to do
            return True
        # Begun before the request is confirmed: what is answered at once leaves in the same packet as that.
        self._call = CommandCall(self._service, self)
        self._call.start(command, self._context.number)
        return True

    def shell_requested(self) -> bool:
        return not self._refuses()

    def subsystem_requested(self, subsystem: str) -> bool:
        return False

    def session_started(self) -> None:
        self._started = True
        if self._early is not None:
            self.replied(*self._early)
        elif self._call is None:
            self._shell = Shell(self._service, self._context, self._printer, self._channel, terminal=self._terminal)
            self._shell.begin()

    def data_received(self, data: bytes, datatype: int | None) -> None:
        if self._shell is not None:
            self._shell.typed(data)
        elif self._terminal and _INTERRUPT in data:
            self._abandon()
            self._channel.exit(_INTERRUPTED)

    def pause_writing(self) -> None:
        if self._shell is None:
            self._printer.hold()
        else:
            self._shell.hold()

    def resume_writing(self) -> None:
        if self._shell is None:
            self._printer.resume()
        else:
            self._shell.resume()

    def eof_received(self) -> bool:
        if self._shell is not None:
            self._shell.typed_all()
        return True

    def signal_received(self, signal: str) -> None:
        if signal in _DEADLY:
            self._abandon()
            self._channel.exit_with_signal(signal)

    def break_received(self, msec: int) -> bool:
        return False

    def replied(self, reply: WireReply, output: OutputPlan) -> None:
        if self._started:
            done = self._end_silently if output.no_status else self._exit
            self._context.batch(partial(self._printer.print, reply, output, done))
        else:
            self._early = (reply, output)

    def cut(self, how: CutHow) -> None:
        self._context.cut(how)

    def _refuses(self) -> bool:
        if self._plan.exec_refuse:
            self._plan.note(self._service.model.now, "exec_refuse")
        return self._plan.exec_refuse

    def _exit(self, status: int | None) -> None:
        if status is None:
            self._channel.close()
        else:
            self._channel.exit(status)

    def _end_silently(self, status: int | None) -> None:
        self._channel.close()

    def _abandon(self) -> None:
        if self._call is not None:
            self._call.abandon()
        if self._shell is not None:
            self._shell.end()
        self._printer.stop()
