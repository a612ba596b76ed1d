"""A cluster's shell: a prompt, one command a line, and what the shell itself does: set-up, paging, `help`, the exit."""

from collections import deque
from functools import partial
from typing import Protocol, assert_never

from connector.errors import CommandError
from connector.protocol import WireReply
from connector.shell.personality import ConfirmQuestion, SetupCommand
from fake_clusters.plans import CutHow, OutputPlan
from fake_clusters.server.call import CommandCall
from fake_clusters.server.editor import LineEditor
from fake_clusters.server.help import help_text
from fake_clusters.server.paged_output import PagedOutput
from fake_clusters.server.reply_writer import ReplySink, ReplyWriter
from fake_clusters.server.service import ConnectionContext, ServerContext
from fake_clusters.server.typed_input import ControlKey, LineSplitter, Typed, TypedLine, unseen

__all__ = ["Channel", "Shell"]

_LINES = 256
"""Lines that may wait for the command under way; more stay with the client."""

_INTERRUPTED = 130


class Channel(ReplySink, Protocol):
    """What a shell needs of its channel."""

    def exit(self, status: int) -> None: ...

    def close(self) -> None: ...

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


class Shell:
    """Runs one command after another, as the dialect's shell does it.

    terminal: the client asked for one, and this shell knows them.
    """

    def __init__(
        self,
        service: ServerContext,
        context: ConnectionContext,
        printer: ReplyWriter,
        channel: Channel,
        *,
        terminal: bool,
    ) -> None:
        self._service = service
        self._context = context
        self._printer = printer
        self._channel = channel
        self._own = service.shell
        self._prompts = terminal or self._own.bare
        self._pages = self._paged(channel)
        self._input = self._reader(terminal)
        self._waiting: deque[Typed] = deque()
        self._running: CommandCall | None = None
        self._status = 0
        self._paging = True
        self._asked: tuple[ConfirmQuestion, str] | None = None
        self._ended_behind_page = False
        self._over = False
        self._advancing = False
        self._held = False
        self._reading = True
        self._resting = False

    def _paged(self, channel: Channel) -> PagedOutput | None:
        if self._own.pager is None:
            return None
        pages = PagedOutput(channel, self._own.pager, stopped=self._printer.hold, released=self._page_turned)
        self._printer.through(pages)
        return pages

    def _reader(self, terminal: bool) -> LineEditor | LineSplitter:
        limit, printer = self._service.options.line, self._printer
        if self._own.bare and not terminal:
            printer.one_stream = True
            printer.line_end = self._own.newline(terminal=False)
        # Without a terminal only a shell that knows none shows by itself what it is sent.
        echo = printer.echo if self._own.echo and (terminal or not self._own.pty) else unseen
        return LineEditor(limit, echo) if terminal else LineSplitter(limit, self._own.line_end.text, echo)

    def begin(self) -> None:
        """Print the greeting and the first prompt."""
        spec = self._service.model.spec
        if self._prompts:
            motd = spec.login.motd
            self._printer.write((motd.rstrip("\n") + "\n" if motd else "") + self._own.greeting_of(spec.name))
        self._prompt()

    def typed(self, data: bytes) -> None:
        """Take what came in: the pager's keys first, where it waits for one."""
        if self._pages is not None and self._pages.waiting:
            data = self._pages.press(data)
        self._take(self._input.feed(data))

    def typed_all(self) -> None:
        """Take it that nothing more comes in."""
        if self._pages is not None and self._pages.waiting:
            self._pages.press(b"\x03")
        self._take(self._input.end() if isinstance(self._input, LineSplitter) else [ControlKey.END_OF_INPUT])

    def hold(self) -> None:
        """Begin no command until `resume`: the output of those before is not taken."""
        self._held = True
        self._printer.hold()
        self._read_or_not()

    def resume(self) -> None:
        self._held = False
        if self._pages is None or not self._pages.waiting:
            self._printer.resume()
        self._advance()

    def end(self) -> None:
        """The channel is gone."""
        self._over = True
        self._rest(False)
        self._waiting.clear()
        if self._running is not None:
            self._running.abandon()
            self._running = None

    def replied(self, reply: WireReply, output: OutputPlan) -> None:
        done = self._end_silently if output.no_status else self._done
        self._context.batch(partial(self._printer.print, reply, output, done))

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
        self._rest(False)
        line = None if text is None else text.strip()
        if self._asked is not None:
            self._answered(line, *self._asked)
        elif line is None:
            self._say(f"line too long: at most {self._service.options.line} characters are accepted\n")
        elif not line:
            self._prompt()
        elif line in self._own.leave:
            self._exit()
        elif line == self._own.status:
            self._say(f"{self._status}\n")
        elif (found := next((one for one in self._own.setup if one.command == line), None)) is not None:
            self._set_up(found)
        elif line == "help":
            self._say(help_text(self._service.dialect))
        elif (question := self._question(line)) is not None:
            self._asked = question, line
            self._printer.write(question.text)
        else:
            self._start(line)

    def _start(self, line: str) -> None:
        self._running = CommandCall(self._service, self)
        if self._pages is not None and self._paging:
            self._pages.begin()
        self._running.start(line, self._context.number)

    def _question(self, line: str) -> ConfirmQuestion | None:
        """What is asked before that command is carried out."""
        if not self._own.questions:
            return None
        try:
            verb = self._service.responder.read(line).request.verb
        except CommandError:
            return None
        return next((question for question in self._own.questions if verb in question.verbs), None)

    def _answered(self, line: str | None, question: ConfirmQuestion, asked: str) -> None:
        self._asked = None
        if line == question.answer:
            self._start(asked)
        else:
            self._prompt()

    def _set_up(self, command: SetupCommand) -> None:
        self._paging = self._paging and not command.stops_pager
        self._status = 0
        self._say(command.reply)

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
            self._stop_paging()
        self._asked, self._status = None, _INTERRUPTED
        self._prompt()
        self._read_or_not()

    def _end_silently(self, status: int | None) -> None:
        self._over = True
        self._channel.close()

    def _done(self, status: int | None) -> None:
        """The reply is written; what a pager holds of it is still to be shown."""
        self._status = _INTERRUPTED if status is None else status
        if self._pages is not None and self._pages.waiting:
            self._ended_behind_page = True
            return
        self._running = None
        self._stop_paging()
        self._prompt()
        self._advance()

    def _page_turned(self) -> None:
        """The pager holds nothing any more."""
        if self._ended_behind_page:
            self._done(self._status)
        elif not self._held:
            self._printer.resume()

    def _stop_paging(self) -> None:
        self._ended_behind_page = False
        if self._pages is not None:
            self._pages.end()

    def _prompt(self) -> None:
        if self._prompts:
            self._printer.write(self._own.prompt_of(self._service.model.spec.name))
        self._rest(True)

    def _rest(self, resting: bool) -> None:
        """Tell the cluster whether this shell is kept at its prompt; with exec there is no need to keep one."""
        if resting is self._resting or self._own.exec:
            return
        self._resting = resting
        model, connection = self._service.model, self._context.number
        model.rest_channel(connection) if resting else model.wake_channel(connection)
