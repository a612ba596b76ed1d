"""Whether a dialect understands itself: asked when it is loaded, so that no run finds out by an unknown outcome."""

from connector.codes import CATALOGUE, Code
from connector.dialects.engine import FileDialect
from connector.dialects.form import SheetError
from connector.dialects.reduction import reduce, supports
from connector.errors import CommandError, ReplyError
from connector.operations import (
    Access,
    Allow,
    Capabilities,
    CapabilitiesReply,
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

__all__ = ["check_dialect", "sample_replies", "sample_requests"]

_TYPABLE = 'it\'s "-new" $(x)'
_NAME = f"{_TYPABLE}\n"
_STAMP = Stamp(request_id="r-1", sequence=7, not_after=1700000000.25)


def sample_requests(name: str = _NAME) -> tuple[Request, ...]:
    """One of each verb, with all that it can be told and a name that needs quoting."""
    return (
        Create(name=name, size=1536, stamp=_STAMP, mark="owner/1"),
        Show(name=name),
        List(mark="owner"),
        List(),
        Resize(name=name, size=2048, stamp=_STAMP),
        Delete(name=name, stamp=_STAMP, mark="owner/1"),
        Delete(name=name, stamp=_STAMP),
        Allow(name=name, client="10.0.0.0/24", access=Access.READ_ONLY, stamp=_STAMP),
        Deny(name=name, client="host", stamp=_STAMP),
        CreateSnapshot(name=name, snapshot="s 1", stamp=_STAMP),
        ListSnapshots(name=name),
        DeleteSnapshot(name=name, snapshot="s 1", stamp=_STAMP),
        Capabilities(),
        Ping(),
    )


def sample_replies(dialect: FileDialect) -> tuple[tuple[Verb, Reply], ...]:
    """A reply to each verb; of two shares, one says the least, so that fields a dialect leaves out do not matter."""
    bare = ShareView(name=_NAME, size=1536)
    return (
        *((verb, DoneReply()) for verb in Verb if verb not in _ANSWERS),
        (Verb.SHOW, ShowReply(share=bare)),
        (Verb.LIST, ListReply()),
        (Verb.LIST, ListReply(shares=(bare, ShareView(name="-", size=0)))),
        (Verb.SNAPSHOT_LIST, SnapshotsReply(snapshots=(SnapshotView(snapshot="s 1", size=1),))),
        (Verb.CAPABILITIES, CapabilitiesReply(capabilities=dialect.capabilities)),
        (Verb.PING, PingReply()),
    )


_ANSWERS = frozenset({Verb.SHOW, Verb.LIST, Verb.SNAPSHOT_LIST, Verb.CAPABILITIES, Verb.PING})


def check_dialect(dialect: FileDialect) -> None:
    """Raises `SheetError` for the first command, reply or refusal that does not read back as what was written."""
    for request in sample_requests(_NAME if dialect.takes_exec else _TYPABLE):
        if supports(request.verb, dialect.capabilities):
            _check_command(dialect, request)
    for verb, reply in sample_replies(dialect):
        if supports(verb, dialect.capabilities):
            _check_reply(dialect, verb, reply)
    for code in CATALOGUE:
        _check_refusal(dialect, Refusal(code=code, message="why it is so"))
    _check_shell(dialect)


def _check_command(dialect: FileDialect, request: Request) -> None:
    wanted = reduce(request, dialect.capabilities)
    try:
        understood = dialect.request(dialect.command(request)) == wanted
    except CommandError as error:
        raise SheetError(("commands", request.verb.value), f"does not read back: {error}") from error
    if not understood:
        raise SheetError(("commands", request.verb.value), "reads back as another command")


def _check_reply(dialect: FileDialect, verb: Verb, reply: Reply) -> None:
    try:
        understood = dialect.reply(verb, _seen(dialect, dialect.render(verb, reply))) == reply
    except ReplyError as error:
        raise SheetError(("replies", verb.value), f"does not read back: {error}") from error
    if not understood:
        raise SheetError(("replies", verb.value), "reads back as another reply")


def _check_refusal(dialect: FileDialect, refusal: Refusal) -> None:
    wire = _seen(dialect, dialect.render(None, refusal))
    try:
        read = dialect.reply(Verb.SHOW, wire)
    except ReplyError as error:
        raise SheetError(("refusals",), f"the spelling of {refusal.code} does not read back: {error}") from error
    wanted = refusal.code if refusal.code in dialect.refusals.codes else Code.INTERNAL
    if read != Refusal(code=wanted, message=refusal.message):
        raise SheetError(("refusals",), f"the spelling of {wanted} reads back as {read}")


def _seen(dialect: FileDialect, wire: WireReply) -> WireReply:
    """The reply as the client gets it: a prompt has one stream, and perhaps no status."""
    return wire if dialect.shell is None or dialect.takes_exec else as_seen(dialect.shell, wire)


def _check_shell(dialect: FileDialect) -> None:
    """No command of the shell itself may also be one of the dialect."""
    shell = dialect.shell
    if shell is None:
        return
    own = [("setup", one.command) for one in shell.setup] + [("leave", line) for line in shell.leave]
    for key, line in [*own, *(("status", line) for line in filter(None, [shell.status]))]:
        try:
            verb = dialect.request(line).verb
        except CommandError:
            continue
        raise SheetError(("shell", key), f"{line!r} is also the dialect's command for {verb}")
