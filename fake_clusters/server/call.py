"""One command line: read by the dialect, carried out by the model, answered in the dialect's words."""

from typing import Protocol

from connector.errors import CommandError
from connector.operations import Reply, Request, Verb
from connector.protocol import Refusal, WireReply
from connector.values import replace
from fake_clusters.plans import CutHow, OutputPlan
from fake_clusters.server.service import ServerContext
from fake_clusters.ticket import Ticket

__all__ = ["CallOwner", "CommandCall"]


class CallOwner(Protocol):
    """The receiver of a command's reply."""

    def replied(self, reply: WireReply, output: OutputPlan) -> None: ...

    def cut(self, how: CutHow) -> None: ...


class CommandCall:
    """One command on its way; the model's listener for it."""

    __slots__ = ("_caller", "_complaint", "_service", "_ticket", "_verb")

    def __init__(self, service: ServerContext, caller: CallOwner) -> None:
        self._service = service
        self._caller: CallOwner | None = caller
        self._verb: Verb | None = None
        self._complaint = ""
        self._ticket: Ticket | None = None

    def start(self, line: str, connection: int) -> None:
        """Begin; the answer may come before this returns."""
        request = self._read(line)
        self._verb = None if request is None else request.verb
        self._ticket = self._service.model.submit(request, connection, self)

    def abandon(self) -> None:
        """Cancel waiting for the answer."""
        self._caller = None
        if self._ticket is not None:
            self._ticket.abandon()

    def answered(self, answer: Reply | Refusal, output: OutputPlan) -> None:
        if self._complaint and isinstance(answer, Refusal):
            answer = replace(answer, message=self._complaint)
        if self._caller is not None:
            self._caller.replied(self._service.dialect.render(self._verb, answer), output)

    def cut(self, how: CutHow) -> None:
        if self._caller is not None:
            self._caller.cut(how)

    def _read(self, line: str) -> Request | None:
        """The request, or None with the complaint noted."""
        longest = self._service.options.line
        if len(line) > longest:
            self._complaint = f"command line too long: at most {longest} characters are accepted"
            return None
        try:
            return self._service.dialect.request(line)
        except CommandError as error:
            self._complaint = str(error)
            return None
