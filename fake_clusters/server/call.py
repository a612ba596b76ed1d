"""One command line: read by the dialect, carried out by the model, answered in the dialect's words."""

from typing import Protocol

from connector.dialects import ReadCommand
from connector.errors import CommandError
from connector.operations import Reply
from connector.protocol import Refusal, WireReply
from connector.values import replace
from fake_clusters.exchanges import CommandExchange
from fake_clusters.plans import CutHow, OutputPlan
from fake_clusters.server.service import ServerContext
from fake_clusters.ticket import Ticket

__all__ = ["CallOwner", "CommandCall"]

_PLAIN = OutputPlan()


class CallOwner(Protocol):
    """The receiver of a command's reply."""

    def replied(self, reply: WireReply, output: OutputPlan) -> None: ...

    def cut(self, how: CutHow) -> None: ...


class CommandCall:
    """One command on its way; the model's listener for it."""

    __slots__ = ("_caller", "_command", "_complaint", "_exchange", "_service", "_ticket")

    def __init__(self, service: ServerContext, caller: CallOwner) -> None:
        self._service = service
        self._caller: CallOwner | None = caller
        self._command: ReadCommand | None = None
        self._complaint = ""
        self._ticket: Ticket | None = None
        self._exchange: CommandExchange | None = None

    def start(self, line: str, connection: int) -> None:
        """Begin; the answer may come before this returns."""
        self._exchange = self._service.exchanges.begin(line, self._service.loop.time())
        command = self._command = self._read(line)
        request = None if command is None else command.request
        self._ticket = self._service.model.submit(request, connection, self)

    def abandon(self) -> None:
        """Cancel waiting for the answer."""
        self._caller = None
        if self._exchange is not None:
            self._exchange.abandon(self._service.loop.time())
        if self._ticket is not None:
            self._ticket.abandon()

    def answered(self, answer: Reply | Refusal, output: OutputPlan) -> None:
        if self._complaint and isinstance(answer, Refusal):
            answer = replace(answer, message=self._complaint)
        if self._caller is not None:
            reply = self._service.responder.render(self._command, answer)
            if self._exchange is not None:
                self._exchange.answer(self._service.loop.time(), reply, spoiled=output != _PLAIN)
            self._caller.replied(reply, output)

    def cut(self, how: CutHow) -> None:
        if self._caller is not None:
            if self._exchange is not None:
                self._exchange.break_off(self._service.loop.time(), how)
            self._caller.cut(how)

    def _read(self, line: str) -> ReadCommand | None:
        """The command, or None with the complaint noted."""
        longest = self._service.options.line
        if len(line) > longest:
            self._complaint = f"command line too long: at most {longest} characters are accepted"
            return None
        try:
            return self._service.responder.read(line)
        except CommandError as error:
            self._complaint = str(error)
            return None
