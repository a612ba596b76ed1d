"""A client and a fake that speak one dialect with each other, and what the fake's cluster answers."""

from collections.abc import Callable
from dataclasses import dataclass, field

from connector.codes import Code
from connector.dialects import FileDialect
from connector.operations import Delete, DoneReply, Reply, Request, ShareView, Show, ShowReply
from connector.protocol import Refusal
from connector.shell.typable import as_seen

Answers = Callable[[Request], Reply | Refusal]
_MOST_COMMANDS = 12


@dataclass
class Spoken:
    """lines: the commands; asked: what each was read as; told: how it ended."""

    lines: list[str] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    told: Reply | Refusal | None = None


def converse(dialect: FileDialect, request: Request, answers: Answers, *, size: int = 1 << 30) -> Spoken:
    """Carry an operation out to its end. Raises `CommandError` where it cannot be spelled.

    size: of the share before it.
    """
    responder, talk, spoken = dialect.responder(lambda name: size), dialect.talk(request), Spoken()
    for _ in range(_MOST_COMMANDS):
        command = responder.read(talk.line)
        spoken.lines.append(talk.line)
        spoken.asked.append(command.request)
        assert command.request.verb is talk.part.verb, (talk.line, command.request, talk.part)
        assert getattr(command.request, "name", None) == getattr(talk.part, "name", None)
        wire = responder.render(command, answers(command.request))
        if dialect.shell is not None and not dialect.takes_exec:
            wire = as_seen(dialect.shell, wire)
        spoken.told = talk.heard(wire)
        if spoken.told is not None:
            return spoken
    raise AssertionError(f"no end: {spoken.lines}")


def there(share: ShareView) -> Answers:
    """A cluster on which that share is, and every change is done."""
    return lambda request: ShowReply(share=share) if isinstance(request, Show) else DoneReply()


def refusing(share: ShareView, number: int, refusal: Refusal) -> Answers:
    """The same, but the change of that number, from 1, is refused, and no other."""
    changes = 0

    def answer(request: Request) -> Reply | Refusal:
        nonlocal changes
        if isinstance(request, Show):
            return ShowReply(share=share)
        changes += 1
        return refusal if changes == number else DoneReply()

    return answer


def gone(code: Code = Code.NOT_FOUND) -> Answers:
    """A cluster without the share."""

    def answer(request: Request) -> Reply | Refusal:
        return Refusal(code=code, message="no such share") if isinstance(request, Show | Delete) else DoneReply()

    return answer
