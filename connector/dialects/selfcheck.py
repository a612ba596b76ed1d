"""Whether a dialect understands itself: asked when it is loaded, so that no run finds out by an unknown outcome.

What can be misread is tried: names that are words of the dialect's own commands, and names with its separators in them.
"""

from collections.abc import Iterator

from connector.codes import CATALOGUE
from connector.dialects.asked_command import AskedCommand
from connector.dialects.engine import FileDialect
from connector.dialects.form import SheetError
from connector.dialects.responder import Responder
from connector.dialects.rows import rows_of
from connector.dialects.steps import StepRole
from connector.errors import CommandError, ReplyError
from connector.operations import (
    Access,
    AccessRule,
    Allow,
    Capabilities,
    CapabilitiesReply,
    Capability,
    Create,
    CreateSnapshot,
    Delete,
    DeleteSnapshot,
    Deny,
    DoneReply,
    List,
    ListReply,
    ListSnapshots,
    Ping,
    PingReply,
    Reply,
    Request,
    Resize,
    ShareView,
    Show,
    ShowReply,
    SnapshotsReply,
    SnapshotView,
    Stamp,
    Verb,
)
from connector.protocol import Refusal, WireReply
from connector.shell.typable import as_seen
from connector.values import replace

__all__ = ["check_dialect", "sample_names", "sample_requests", "tells_all"]

_PLAIN = "share1"
_NASTY = 'it\'s "-new" $(x)'
_STAMP = Stamp(request_id="r-1", sequence=7, not_after=1700000000.25)
_MOST_NAMES = 24


def sample_requests(name: str) -> tuple[Request, ...]:
    """One of each verb, with all that it can be told."""
    return (
        Create(name=name, size=1536, stamp=_STAMP, mark="owner/1"),
        Create(name=name, size=3 << 30, stamp=_STAMP),
        Show(name=name),
        List(mark="owner"),
        List(),
        Resize(name=name, size=2048, stamp=_STAMP),
        Delete(name=name, stamp=_STAMP, mark="owner/1"),
        Delete(name=name, stamp=_STAMP),
        Allow(name=name, client="10.0.0.0/24", access=Access.READ_ONLY, stamp=_STAMP),
        Deny(name=name, client="host", stamp=_STAMP),
        CreateSnapshot(name=name, snapshot="s1", stamp=_STAMP),
        CreateSnapshot(name="a", snapshot=name, stamp=_STAMP),
        ListSnapshots(name=name),
        DeleteSnapshot(name=name, snapshot="s1", stamp=_STAMP),
        Capabilities(),
        Ping(),
    )


def sample_names(dialect: FileDialect) -> tuple[str, ...]:
    """Names that somebody may give, and that the dialect's own words could be mistaken for."""
    literals = [
        part
        for _, template in dialect.templates()
        for item in template.items
        for word in item.words
        for part in word.parts
        if isinstance(part, str)
    ]
    joined = [f"a{part}b" for part in literals if len(part) <= 2]
    ends = [word[len(part) :] for word in literals for part in literals if part != word and word.startswith(part)]
    given = [_PLAIN, _NASTY, f"{_NASTY}\n", "-", "a b", "7"]
    return tuple(dict.fromkeys([*given, *joined, *ends, *literals]))[:_MOST_NAMES]


def check_dialect(dialect: FileDialect) -> None:
    """Raises `SheetError` for the first command, reply or refusal that does not read back as what was written."""
    responder = dialect.responder()
    for name in sample_names(dialect):
        for request in sample_requests(name):
            if dialect.knows(request.verb) and (name == _PLAIN or _is_about(name, request)):
                _check_command(dialect, responder, request, must=name == _PLAIN)
    for verb in dialect.steps:
        for reply in _sample_replies(dialect, verb):
            _check_reply(dialect, verb, reply)
    for code in CATALOGUE:
        for verb in dialect.steps if dialect.refusals.by_verb else (Verb.SHOW,):
            _check_refusal(dialect, verb, Refusal(code=code, message="why it is so"))
    _check_shell(dialect, responder)


def tells_all(dialect: FileDialect) -> bool:
    """Whether what is asked and answered is the same after it was spelled and read: one command for an operation, and
    nothing that its words leave out."""
    steps = [step for found in dialect.steps.values() for step in found]
    is_simple = len(steps) == len(dialect.steps) and not any(step.job or step.missing for step in steps)
    if not is_simple or dialect.places.own:
        return False
    share = _full_share(dialect)
    shown = (_heard(dialect, reply) == reply for reply in (ShowReply(share=share), ListReply(shares=(share,))))
    codes = [code for code, entry in CATALOGUE.items() if entry.status is not None]
    told = (dialect.refusals.told(code, verb) == (code, True) for code in codes for verb in dialect.steps)
    return all(shown) and all(told)


def _full_share(dialect: FileDialect) -> ShareView:
    """Half-made, of an odd size, and with all that the dialect's commands can give to a share."""
    has_rules = Capability.ACCESS_RULES in dialect.capabilities
    return ShareView(
        name=_PLAIN,
        size=(5 << 30) + dialect.size_step,
        complete=False,
        mark="owner/1" if Capability.MARK in dialect.capabilities else None,
        request_id="r-1" if "request_id" in dialect.carried[Verb.CREATE] else None,
        rules=(AccessRule(client="host", access=Access.READ_ONLY),) if has_rules else (),
    )


def _heard(dialect: FileDialect, reply: ShowReply | ListReply) -> Reply | Refusal | None:
    ask = _ask(Verb.SHOW if isinstance(reply, ShowReply) else Verb.LIST)
    try:
        return dialect.reply(ask, _seen(dialect, dialect.render(ask, reply)))
    except (ReplyError, ValueError, KeyError):
        return None


def _is_about(name: str, request: Request) -> bool:
    """Whether another name makes another command of it; what else a command tells is told with the plain name."""
    told = (getattr(request, "name", None), getattr(request, "snapshot", None))
    return name in told and getattr(request, "mark", "") is not None


def _sample_replies(dialect: FileDialect, verb: Verb) -> Iterator[Reply]:
    """Of two shares, one says the least, so that fields a dialect leaves out do not matter."""
    size = 3 * dialect.size_step
    bare = ShareView(name=_PLAIN, size=size)
    match verb:
        case Verb.SHOW:
            yield ShowReply(share=bare)
        case Verb.LIST:
            yield ListReply()
            yield ListReply(shares=(bare, ShareView(name="-", size=dialect.size_step)))
            yield ListReply(shares=(bare, ShareView(name="b", size=dialect.size_step)))
        case Verb.SNAPSHOT_LIST:
            yield SnapshotsReply()
            yield SnapshotsReply(snapshots=(SnapshotView(snapshot="s1", size=size),))
        case Verb.CAPABILITIES:
            yield CapabilitiesReply(capabilities=dialect.capabilities)
        case Verb.PING:
            yield PingReply()
        case _:
            yield DoneReply()


def _check_command(dialect: FileDialect, responder: Responder, request: Request, *, must: bool) -> None:
    """Each command of the operation. must: it has to be one that can be spelled."""
    path = ("commands", request.verb.value)
    wanted = dialect.reduced(request)
    try:
        line = dialect.command(request)
    except CommandError as error:
        if must:
            raise SheetError(path, f"cannot be written for {request}: {error}") from error
        return
    try:
        understood = responder.read(line)
    except CommandError as error:
        raise SheetError(path, f"does not read back: {line!r}: {error}") from error
    step = dialect.steps[request.verb][0]
    if step.role is StepRole.WHOLE and not step.changes_size and understood.request != wanted:
        raise SheetError(
            path, f"cannot be told apart: {line!r} was written for {wanted} and reads as {understood.request}"
        )
    if understood.ask.verb is not step.verb:
        raise SheetError(path, f"cannot be told apart: {line!r} reads as a command of {understood.ask.verb}")


def _check_reply(dialect: FileDialect, verb: Verb, reply: Reply) -> None:
    """As one command says it; where there are several, each of them has to read at all."""
    ask = _ask(verb)
    whole = len(dialect.steps[verb]) == 1
    for step in dialect.steps[verb]:
        if step.role is StepRole.LOOK:
            continue
        asked = replace(ask, step=step)
        try:
            wire = _seen(dialect, dialect.render(asked, reply))
        except (ValueError, KeyError):
            if "-" in str(reply):
                return  # a name that the connector does not take
            raise
        try:
            heard = dialect.reply(asked, wire) if whole else dialect.read(asked, wire)
        except ReplyError as error:
            raise SheetError(("replies", verb.value), f"{_shown(wire.stdout)} does not read back: {error}") from error
        if whole and (difference := _difference(reply, heard, of_names=step.shows_each)):
            raise SheetError(("replies", verb.value), f"{_shown(wire.stdout)} does not read back: {difference}")


def _difference(written: Reply, heard: object, *, of_names: bool) -> str:
    """What was written and what it reads as, where the two differ. of_names: a list tells no more than names."""
    if isinstance(heard, Refusal):
        return f"it reads as a refusal, {heard.code}"
    before, after = (_views(reply) for reply in (written, heard))
    if of_names:
        before, after = ([{"name": view["name"]} for view in views] for views in (before, after))
    elif written == heard:
        return ""
    if len(before) != len(after):
        return f"written for {len(before)} rows, it reads as {len(after)}"
    for one, other in zip(before, after, strict=True):
        for field, value in one.items():
            if other.get(field) != value:
                return f"written for the {field} {value!r}, it reads as {other.get(field)!r}"
    return "" if of_names else f"written for {written}, it reads as {heard}"


def _views(reply: object) -> list[dict[str, object]]:
    return [dict(row) for row in rows_of(reply)] if isinstance(reply, (ShowReply, ListReply, SnapshotsReply)) else []


def _check_refusal(dialect: FileDialect, verb: Verb, refusal: Refusal) -> None:
    ask = _ask(verb)
    wire = _seen(dialect, dialect.render(ask, refusal))
    wanted, has_message = dialect.refusals.told(refusal.code, verb)
    try:
        read = dialect.read(ask, wire)
    except ReplyError as error:
        raise SheetError(("refusals",), f"the spelling of {wanted} does not read back: {error}") from error
    if not isinstance(read, Refusal) or read.code is not wanted or (has_message and read.message != refusal.message):
        raise SheetError(("refusals",), f"the spelling of {wanted} in a reply to {verb} reads back as {read}")


def _ask(verb: Verb) -> AskedCommand:
    return AskedCommand(verb=verb, request=next(request for request in sample_requests(_PLAIN) if request.verb is verb))


def _shown(text: str) -> str:
    return repr(text if len(text) <= 120 else f"{text[:117]}…")


def _seen(dialect: FileDialect, wire: WireReply) -> WireReply:
    """The reply as the client gets it: a prompt has one stream, and perhaps no status."""
    return wire if dialect.shell is None or dialect.takes_exec else as_seen(dialect.shell, wire)


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
