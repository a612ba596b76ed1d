"""Whether a dialect understands itself: asked when it is loaded, so that no run finds out by an unknown outcome."""

from connector.codes import CATALOGUE
from connector.dialects.engine import FileDialect
from connector.dialects.form import SheetError
from connector.dialects.reply_check import asked, check_replies, seen
from connector.dialects.responder import Responder
from connector.dialects.samples import described, sample_names, sample_requests
from connector.dialects.steps import StepRole
from connector.errors import CommandError, ReplyError
from connector.operations import Request, Verb
from connector.protocol import Refusal

__all__ = ["check_dialect"]


def check_dialect(dialect: FileDialect) -> None:
    """Raises `SheetError` for the first command, reply or refusal that does not read back as what was written."""
    responder, plain = dialect.responder(), dialect.samples["name"]
    for name in sample_names(dialect):
        for request in sample_requests(dialect.samples, name):
            if dialect.knows(request.verb) and (name == plain or _is_about(name, request)):
                _check_command(dialect, responder, request, must=name == plain)
    check_replies(dialect)
    for code in CATALOGUE:
        for verb in dialect.steps if dialect.refusals.by_verb else (Verb.SHOW,):
            _check_refusal(dialect, verb, Refusal(code=code, message="why it is so"))
    _check_shell(dialect, responder)


def _is_about(name: str, request: Request) -> bool:
    """Whether another name makes another command of it; what else a command tells is told with the plain name."""
    told = (getattr(request, "name", None), getattr(request, "snapshot", None))
    return name in told and getattr(request, "mark", "") is not None


def _check_command(dialect: FileDialect, responder: Responder, request: Request, *, must: bool) -> None:
    """Each command of the operation. must: it has to be one that can be spelled."""
    path = ("commands", request.verb.value)
    wanted = dialect.reduced(request)
    try:
        line = dialect.command(request)
    except CommandError as error:
        if must:
            raise SheetError(path, f"cannot be written for {described(request)}: {error}") from error
        return
    try:
        understood = responder.read(line)
    except CommandError as error:
        raise SheetError(path, f"does not read back: {line!r}: {error}") from error
    step = dialect.steps[request.verb][0]
    if understood.ask.verb is not step.verb:
        raise SheetError(path, f"cannot be told apart: {line!r} reads as a command of {understood.ask.verb}")
    if step.role is StepRole.WHOLE and not step.changes_size and understood.request != wanted:
        what = f"was written for {described(wanted)!r} and reads as {described(understood.request)!r}"
        raise SheetError(path, f"cannot be told apart: {line!r} {what}")


def _check_refusal(dialect: FileDialect, verb: Verb, refusal: Refusal) -> None:
    ask = asked(dialect, verb)
    wire = seen(dialect, dialect.render(ask, refusal))
    wanted, has_message = dialect.refusals.told(refusal.code, verb)
    try:
        read = dialect.read(ask, wire)
    except ReplyError as error:
        raise SheetError(("refusals",), f"the spelling of {wanted} does not read back: {error}") from error
    if isinstance(read, Refusal) and read.code is wanted and (not has_message or read.message == refusal.message):
        return
    said = f"{read.code}: {read.message!r}" if isinstance(read, Refusal) else "success"
    raise SheetError(("refusals",), f"the spelling of {wanted} in a reply to {verb} reads back as {said}")


def _check_shell(dialect: FileDialect, responder: Responder) -> None:
    """No command of the shell itself may also be one of the dialect."""
    shell = dialect.shell
    if shell is None:
        return
    own = [("setup", one.command) for one in shell.setup] + [("leave", line) for line in shell.leave]
    for key, line in [*own, *(("status", line) for line in filter(None, [shell.status]))]:
        try:
            verb = responder.read(line).ask.verb
        except CommandError:
            continue
        raise SheetError(("shell", key), f"{line!r} is also the dialect's command for {verb}")
