"""Transcripts of a connector: what a dialect understands of each command and reply, and what is nearest to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from connector.dialects.asked_command import AskedCommand
from connector.dialects.engine import FileDialect
from connector.dialects.responder import ReadCommand, Responder
from connector.dialects.steps import StepRole
from connector.errors import CommandError, ReplyError
from connector.protocol import Refusal, WireReply

__all__ = ["ExchangeFinding", "PastedExchange", "exchanges_of", "judge_transcript"]

_STATUS = re.compile(r"\[(?:exit|status) (?P<status>[0-9]{1,3})\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedExchange:
    """One command and what came back. line: where the command stands, from 1. status None: the transcript has none."""

    line: int
    command: str
    output: str
    status: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeFinding:
    """What was made of an exchange. understood: both its parts were. nearest: what the dialect has that is like it."""

    exchange: PastedExchange
    command: str
    reply: str
    understood: bool
    nearest: str = ""


def exchanges_of(text: str, prompt: str) -> list[PastedExchange]:
    """The commands are the lines that begin with the prompt; a line `[exit 1]` after an output is its status."""
    found: list[PastedExchange] = []
    start, command, output = 0, "", list[str]()
    for number, line in enumerate([*text.splitlines(), prompt], start=1):
        if not line.startswith(prompt):
            output.append(line)
            continue
        if start and command:
            found.append(_exchange(start, command, output))
        start, command, output = number, line.removeprefix(prompt).strip(), []
    return found


def _exchange(line: int, command: str, output: list[str]) -> PastedExchange:
    status = _STATUS.fullmatch(output[-1].strip()) if output else None
    kept = output[:-1] if status else output
    text = "".join(f"{row}\n" for row in kept)
    return PastedExchange(line=line, command=command, output=text, status=int(status["status"]) if status else None)


def judge_transcript(dialect: FileDialect, exchanges: list[PastedExchange]) -> Iterator[ExchangeFinding]:
    """What each was understood as, in order."""
    responder = dialect.responder()
    for exchange in exchanges:
        try:
            command = responder.read(exchange.command)
        except CommandError as error:
            nearest = _nearest_command(dialect, exchange.command)
            yield ExchangeFinding(
                exchange=exchange, command=f"not understood: {error}", reply="", understood=False, nearest=nearest
            )
            continue
        yield _judge_reply(dialect, responder, exchange, command)


def _judge_reply(
    dialect: FileDialect, responder: Responder, exchange: PastedExchange, command: ReadCommand
) -> ExchangeFinding:
    asked = command.ask
    undone = "undo of " if asked.step is not None and asked.step.role is StepRole.UNDO else ""
    said = f"{undone}{asked.verb} {_told(command)}".rstrip()
    # A transcript shows one text for both streams.
    wire = WireReply(status=exchange.status, stdout=exchange.output, stderr=exchange.output)
    try:
        reply = _reply(dialect, responder, asked, wire)
    except ReplyError as error:
        sample = responder.expected(command)
        return ExchangeFinding(
            exchange=exchange, command=said, reply=f"not understood: {error}", understood=False, nearest=sample
        )
    return ExchangeFinding(exchange=exchange, command=said, reply=reply, understood=True)


def _reply(dialect: FileDialect, responder: Responder, asked: AskedCommand, wire: WireReply) -> str:
    if asked.step is not None and asked.step.role is StepRole.JOB:
        news = dialect.reader.read_news(asked, wire)
        return f"refused: {news.code}" if isinstance(news, Refusal) else f"the job is {news}"
    heard = dialect.read(asked, wire)
    if isinstance(heard, Refusal):
        return f"refused: {heard.code}: {heard.message}"
    job = heard.places.get(dialect.places.job or "")
    if job is not None and asked.request is not None:
        responder.note_job(str(job), asked.request)
    rows = "; ".join(", ".join(f"{name} {value}" for name, value in row.items()) for row in heard.rows)
    places = ", ".join(f"{name} {value}" for name, value in heard.places.items())
    return "done" + (f": {rows}" if rows.strip("; ") else "") + (f" ({places})" if places else "")


def _told(command: ReadCommand) -> str:
    request = command.request
    names = ("name", "snapshot", "size", "client", "mark")
    told = [(name, getattr(request, name, None)) for name in names]
    return " ".join(f"{name}={value}" for name, value in told if value)


def _nearest_command(dialect: FileDialect, line: str) -> str:
    """The template that is most like the line."""
    templates = [(step.verb, template.text) for step, template in dialect.templates()]
    verb, text = max(templates, key=lambda one: SequenceMatcher(None, one[1], line).ratio())
    return f"{verb}: {text}"
