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
from connector.protocol import Refusal

__all__ = ["check_dialect", "sample_replies", "sample_requests"]

_NAME = 'it\'s "-new" $(x)\n'
_STAMP = Stamp(request_id="r-1", sequence=7, not_after=1700000000.25)


def sample_requests() -> tuple[Request, ...]:
    """One of each verb, with all that it can be told and a name that needs quoting."""
    return (
        Create(name=_NAME, size=1536, stamp=_STAMP, mark="owner/1"),
        Show(name=_NAME),
        List(mark="owner"),
        List(),
        Resize(name=_NAME, size=2048, stamp=_STAMP),
        Delete(name=_NAME, stamp=_STAMP, mark="owner/1"),
        Delete(name=_NAME, stamp=_STAMP),
        Allow(name=_NAME, client="10.0.0.0/24", access=Access.READ_ONLY, stamp=_STAMP),
        Deny(name=_NAME, client="host", stamp=_STAMP),
        CreateSnapshot(name=_NAME, snapshot="s 1", stamp=_STAMP),
        ListSnapshots(name=_NAME),
        DeleteSnapshot(name=_NAME, snapshot="s 1", stamp=_STAMP),
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
    for request in sample_requests():
        if supports(request.verb, dialect.capabilities):
            _check_command(dialect, request)
    for verb, reply in sample_replies(dialect):
        if supports(verb, dialect.capabilities):
            _check_reply(dialect, verb, reply)
    for code in CATALOGUE:
        _check_refusal(dialect, Refusal(code=code, message="why it is so"))


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
        understood = dialect.reply(verb, dialect.render(verb, reply)) == reply
    except ReplyError as error:
        raise SheetError(("replies", verb.value), f"does not read back: {error}") from error
    if not understood:
        raise SheetError(("replies", verb.value), "reads back as another reply")


def _check_refusal(dialect: FileDialect, refusal: Refusal) -> None:
    wire = dialect.render(None, refusal)
    try:
        read = dialect.reply(Verb.SHOW, wire)
    except ReplyError as error:
        raise SheetError(("refusals",), f"the spelling of {refusal.code} does not read back: {error}") from error
    wanted = refusal.code if refusal.code in dialect.refusals.codes else Code.INTERNAL
    if read != Refusal(code=wanted, message=refusal.message):
        raise SheetError(("refusals",), f"the spelling of {wanted} reads back as {read}")
