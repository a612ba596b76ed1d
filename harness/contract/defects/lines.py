"""Defects of how a connector reads lines, writes answers and lets people in."""

from collections.abc import Callable

from connector.codes import Code
from connector.dialects import ReadCommand, Responder
from connector.errors import CommandError
from connector.operations import Create, ListReply, Request, Resize
from connector.protocol import WireReply
from connector.values import replace
from fake_clusters.server.options import ServerOptions
from harness.contract.defects.defect import Answer, Defect, Hands
from harness.contract.defects.tricks import SpelledResponder, no

__all__ = ["DEFECTS"]

_PAGE = 20
_LONG_LINE = 1 << 20


def _mends(mend: Callable[[str], str]) -> Callable[[Responder], Responder]:
    """Guesses what a line that cannot be read was to say."""

    def read(inner: Responder, line: str) -> ReadCommand:
        try:
            return inner.read(line)
        except CommandError:
            return inner.read(mend(line))

    return lambda responder: SpelledResponder(responder, read=read)


def _reads(change: Callable[[str], str]) -> Callable[[Responder], Responder]:
    return lambda responder: SpelledResponder(responder, read=lambda inner, line: inner.read(change(line)))


def _unknown_is_done(command: ReadCommand | None, wire: WireReply) -> WireReply:
    return replace(wire, status=0) if command is None else wire


def _unknown_in_other_words(command: ReadCommand | None, wire: WireReply) -> WireReply:
    return WireReply(status=127, stderr="sh: command not found\n") if command is None else wire


def _refused_without_status(command: ReadCommand | None, wire: WireReply) -> WireReply:
    return replace(wire, status=None) if wire.status else wire


def _writes(change: Callable[[ReadCommand | None, WireReply], WireReply]) -> Callable[[Responder], Responder]:
    return lambda responder: SpelledResponder(responder, write=change)


def _one_page(hands: Hands, request: Request, answer: Answer) -> Answer:
    return ListReply(shares=answer.shares[:_PAGE]) if isinstance(answer, ListReply) else answer


def _refuses_and_does(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if isinstance(request, Resize) and not request.size:
        hands.apply(replace(request, size=1))
        return no(Code.INVALID, "the size is 0")
    return request


def _cuts_names(hands: Hands, request: Request, connection: int) -> Request | Answer:
    return replace(request, name=request.name[:255]) if isinstance(request, Create) else request


def _long_lines(options: ServerOptions) -> ServerOptions:
    return replace(options, line=_LONG_LINE)


def _anyone(options: ServerOptions) -> ServerOptions:
    return replace(options, anyone=True)


def _replaced(line: str) -> str:
    return line.encode(errors="surrogateescape").decode(errors="replace")


DEFECTS: tuple[Defect, ...] = (
    Defect(clause="input.unknown-command", does="exits with 0 whatever it is told", respond=_writes(_unknown_is_done)),
    Defect(
        clause="input.unknown-command-in-words",
        does="leaves it to a shell to refuse",
        respond=_writes(_unknown_in_other_words),
    ),
    Defect(clause="input.cut-short", does="fills in what is missing", respond=_mends(lambda line: f"{line} some")),
    Defect(clause="input.open-quote", does="closes quotes by itself", respond=_mends(lambda line: line.rstrip(" '"))),
    Defect(
        clause="input.unknown-option",
        does="overlooks options that it does not know",
        respond=_mends(lambda line: line.replace(" --surprise 1", "")),
    ),
    Defect(
        clause="input.size-that-is-no-number",
        does="reads a number as far as it is one",
        respond=_mends(lambda line: line.replace("12x45", "12")),
    ),
    Defect(
        clause="input.negative-size",
        does="takes a size without its sign",
        respond=_mends(lambda line: line.replace("-1234567", "1234567")),
    ),
    Defect(clause="input.oversized-line", does="cuts what is too long", options=_long_lines, hear=_cuts_names),
    Defect(clause="input.bytes-that-are-no-text", does="replaces bytes", respond=_reads(_replaced)),
    Defect(
        clause="answer.has-an-exit-status",
        does="ends refused commands without a status",
        respond=_writes(_refused_without_status),
    ),
    Defect(clause="answer.definite-refusals", does="refuses, and does it", hear=_refuses_and_does),
    Defect(clause="answer.of-many-shares", does="lists the first page", tell=_one_page),
    Defect(clause="login.with-another-key", does="lets anybody in", options=_anyone),
)
