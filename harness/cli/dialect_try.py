"""`spoolproof dialect try`: one operation on a real target, with all that goes over the wire."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

from connector.dialects import Talk
from connector.dialects.parameters import PARAMETERS, unflatten
from connector.operations import Access, Request, Verb
from connector.outcomes import Done, Failed, Outcome, Unknown
from connector.pooled.link import Answer
from connector.protocol import Deadlines, WireReply
from connector.ssh import SshConnector
from connector.units import parse_duration, parse_size
from harness.cli.exits import Exit
from harness.cli.interrupt import until_interrupted
from harness.contract.target_named import NamedTarget, open_target
from harness.errors import InputProblems
from reports.plain import plain

__all__ = ["TryOptions", "try_operation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TryOptions:
    """The command line."""

    target: NamedTarget
    verb: str
    values: Sequence[str] = field(default=())
    within: str = "30s"


def try_operation(options: TryOptions) -> Exit:
    """Raises `InputProblems`."""
    request = _request(options)
    try:
        deadlines = Deadlines(command=parse_duration(options.within))
    except ValueError as error:
        raise InputProblems(f"--within: {error}") from error
    outcome = until_interrupted(lambda stop: _perform(options.target, request, deadlines))
    match outcome:
        case Done(reply=reply):
            sys.stdout.write(plain(f"done: {reply}\n"))
            return Exit.VALID
        case Failed(code=code, message=message):
            sys.stdout.write(plain(f"refused: {code}: {message}\n"))
            return Exit.INVALID
        case Unknown(code=code, message=message):
            sys.stdout.write(plain(f"unknown: {code}: {message}\n"))
            return Exit.UNKNOWN
        case _:
            assert_never(outcome)


async def _perform(named: NamedTarget, request: Request, deadlines: Deadlines) -> Outcome:
    async with open_target(named) as target:
        if not target.dialect.knows(request.verb):
            raise InputProblems(f"{target.dialect.name} has no {request.verb}")
        connector = SshConnector(target.target, target.dialect, connections=1, watch=_show)
        async with connector:
            return await connector.perform(request, deadlines)


def _show(talk: Talk, answer: Answer) -> None:
    sys.stdout.write(plain(f"> {talk.line}\n"))
    if isinstance(answer, WireReply):
        for name, text in (("", answer.stdout), ("stderr: ", answer.stderr)):
            sys.stdout.write(plain("".join(f"< {name}{line}\n" for line in text.splitlines())))
        sys.stdout.write(f"  exit status: {'none' if answer.status is None else answer.status}\n")


def _request(options: TryOptions) -> Request:
    if options.verb not in list(Verb):
        raise InputProblems(f"{options.verb!r} is no operation; accepted: {', '.join(Verb)}")
    verb = Verb(options.verb)
    known = [parameter.name for parameter in PARAMETERS[verb]]
    values: dict[str, Any] = {"request_id": "try-1"} if "request_id" in known else {}
    for text in options.values:
        name, separator, value = text.partition("=")
        if not separator or name not in known:
            raise InputProblems(
                f"{text!r}: accepted for {verb}: {', '.join(f'{name}=…' for name in known) or 'nothing'}"
            )
        values[name] = _value(name, value)
    missing = [parameter.name for parameter in PARAMETERS[verb] if parameter.required and parameter.name not in values]
    if missing:
        raise InputProblems(f"{verb} needs {', '.join(f'{name}=…' for name in missing)}")
    return unflatten(verb, values)


def _value(name: str, text: str) -> object:
    try:
        match name:
            case "size":
                return parse_size(text)
            case "access":
                return Access(text)
            case "sequence":
                return int(text)
            case "not_after":
                return float(text)
            case _:
                return text
    except ValueError as error:
        raise InputProblems(f"{name}: {error}") from error
