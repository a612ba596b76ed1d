"""The interactive shell: a prompt, one command a line, `help` and `exit`; for people who try a cluster by hand."""

from collections import deque
from functools import partial
from typing import Protocol, assert_never

from connector.protocol import WireReply
from fake_clusters.plans import CutHow, OutputPlan
from fake_clusters.server.call import CommandCall
from fake_clusters.server.editor import LineEditor
from fake_clusters.server.help import help_text
from fake_clusters.server.reply_writer import ReplyWriter
from fake_clusters.server.service import ConnectionContext, ServerContext
from fake_clusters.server.typed_input import ControlKey, LineSplitter, Typed, TypedLine

__all__ = ["Channel", "Shell"]

_LINES = 256
"""Lines that may wait for the command under way; more stay with the client."""

_INTERRUPTED = 130
_LEAVE = frozenset({"exit", "logout", "quit"})


class Channel(Protocol):
    """What a shell needs of its channel."""

    def exit(self, status: int) -> None: ...

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


class Shell:
    """Runs one command after another; without a terminal there is neither prompt nor echo, as with any shell."""

    def __init__(
        self, service: ServerContext, context: ConnectionContext, printer: ReplyWriter, channel: Channel
    ) -> None:
        self._service = service
        self._context = context
        self._printer = printer
        self._channel = channel
        limit = service.options.line
        self._input: LineEditor | LineSplitter
        self._input = LineEditor(limit, printer.echo) if printer.terminal else LineSplitter(limit)
        self._waiting: deque[Typed] = deque()
        self._running: CommandCall | None = None
        self._status = 0
        self._over = False
        self._advancing = False
        self._held = False
        self._reading = True

    def begin(self) -> None:
        """Greet."""
        if self._printer.terminal:
            spec = self._service.model.spec
            if spec.login.motd:
                self._printer.write(spec.login.motd.rstrip("\n") + "\n")
            self._printer.write(f"Cluster {spec.name}, dialect {spec.dialect}. Type help for the commands.\n")
        self._prompt()

    def typed(self, data: bytes) -> None:
        """Take what came in."""
        self._take(self._input.feed(data))

    def typed_all(self) -> None:
        """Take it that nothing more comes in."""
        self._take(self._input.end() if isinstance(self._input, LineSplitter) else [ControlKey.END_OF_INPUT])

    def hold(self) -> None:
        """Begin no command until `resume`: the output of those before is not taken."""
        self._held = True
        self._read_or_not()

    def resume(self) -> None:
        self._held = False
        self._advance()

    def end(self) -> None:
        """The channel is gone."""
        self._over = True
        self._waiting.clear()
        if self._running is not None:
            self._running.abandon()
            self._running = None

    def replied(self, reply: WireReply, output: OutputPlan) -> None:
        self._context.batch(partial(self._printer.print, reply, output, self._done))

    def cut(self, how: CutHow) -> None:
        self._context.cut(how)

    def _take(self, events: list[Typed]) -> None:
        for event in events:
            if event is ControlKey.INTERRUPT:
                self._interrupt()
            else:
                self._waiting.append(event)
                self._advance()
        self._read_or_not()

    def _advance(self) -> None:
        # A command may be answered before its start returns: `_done` then leaves the going on to this loop.
        if self._advancing:
            return
        self._advancing = True
        while self._waiting and self._running is None and not (self._over or self._held):
            self._perform(self._waiting.popleft())
        self._advancing = False
        self._read_or_not()

    def _read_or_not(self) -> None:
        """Leave with the client what would only pile up here."""
        wanted = not self._held and len(self._waiting) <= _LINES
        if wanted is self._reading or self._over:
            return
        self._reading = wanted
        if wanted:
            # Not at once: what comes in then would be taken in the midst of this.
            self._service.loop.call_soon(self._channel.resume_reading)
        else:
            self._channel.pause_reading()

    def _perform(self, event: Typed) -> None:
        match event:
            case TypedLine(text=text):
                self._run(text)
            case ControlKey.END_OF_INPUT:
                self._exit()
            case ControlKey.INTERRUPT:
                self._interrupt()
            case _:
                assert_never(event)

    def _run(self, text: str | None) -> None:
        line = None if text is None else text.strip()
        if line is None:
            self._say(f"line too long: at most {self._service.options.line} characters are accepted\n")
        elif not line:
            self._prompt()
        elif line in _LEAVE:
            self._exit()
        elif line == "help":
            self._say(help_text(self._service.dialect))
        else:
            self._running = CommandCall(self._service, self)
            self._running.start(line, self._context.number)

    def _say(self, text: str) -> None:
        self._printer.write(text)
        self._prompt()

    def _exit(self) -> None:
        self._over = True
        self._channel.exit(self._status)

    def _interrupt(self) -> None:
        self._waiting.clear()
        if self._running is not None:
            self._running.abandon()
            self._running = None
            self._printer.stop()
        self._status = _INTERRUPTED
        self._prompt()
        self._read_or_not()

    def _done(self, status: int | None) -> None:
        self._running = None
        self._status = _INTERRUPTED if status is None else status
        self._prompt()
        self._advance()

    def _prompt(self) -> None:
        if self._printer.terminal:
            self._printer.write(f"{self._service.model.spec.name}> ")
