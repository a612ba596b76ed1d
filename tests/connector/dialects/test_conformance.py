"""The laws that every shipped dialect keeps, with all that its connector takes: both sides understand each other."""

from contextlib import suppress
from functools import cache

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from connector.codes import CATALOGUE
from connector.dialects import DIALECTS, AskedCommand, FileDialect, load_dialect
from connector.dialects.sizes import rounded
from connector.errors import CommandError, ReplyError
from connector.operations import (
    Allow,
    Create,
    CreateSnapshot,
    Delete,
    DeleteSnapshot,
    Deny,
    List,
    ListReply,
    ListSnapshots,
    Ping,
    PingReply,
    Request,
    Resize,
    ShareView,
    Show,
    ShowReply,
    SnapshotsReply,
    Stamp,
    Verb,
)
from connector.protocol import Refusal, WireReply
from connector.values import replace
from tests.connector.dialects import strategies as any_texts
from tests.connector.dialects.conversation import converse, there

few_examples = settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much])
each_dialect = pytest.mark.parametrize("name", DIALECTS)


@cache
def dialect_of(name: str) -> FileDialect:
    return load_dialect(name)


def texts(dialect: FileDialect, field: str) -> st.SearchStrategy[str]:
    """What the connector takes there."""
    pattern = dialect.places.by_name[field].pattern
    if pattern is None:
        return any_texts.texts if dialect.takes_exec else st.text("ab -'$/", min_size=1)
    return st.from_regex(pattern, fullmatch=True, alphabet=st.characters(max_codepoint=126))


@st.composite
def requests(draw: st.DrawFn, name: str) -> Request:
    dialect = dialect_of(name)
    share, size = draw(texts(dialect, "name")), draw(any_texts.sizes)
    mark = draw(texts(dialect, "mark").filter(lambda text: text != dialect.places.nothing) | st.none())
    stamp = Stamp(request_id=draw(texts(dialect, "request_id")), sequence=draw(st.none() | st.integers(0, 1 << 60)))
    snapshot, client = draw(texts(dialect, "snapshot")), draw(texts(dialect, "client"))
    access = draw(any_texts.accesses)
    made: tuple[Request, ...] = (
        Create(name=share, size=size, stamp=stamp, mark=mark),
        Show(name=share),
        List(mark=mark),
        Resize(name=share, size=size, stamp=stamp),
        Delete(name=share, stamp=stamp, mark=mark),
        Allow(name=share, client=client, access=access, stamp=stamp),
        Deny(name=share, client=client, stamp=stamp),
        CreateSnapshot(name=share, snapshot=snapshot, stamp=stamp),
        ListSnapshots(name=share),
        DeleteSnapshot(name=share, snapshot=snapshot, stamp=stamp),
        Ping(),
    )
    return draw(st.sampled_from([request for request in made if dialect.knows(request.verb)]))


def told(dialect: FileDialect) -> frozenset[str]:
    """The fields that a share is shown with."""
    shown = converse(dialect, Show(name="a"), there(ShareView(name="a", size=dialect.size_step, mark="m/1"))).told
    assert isinstance(shown, ShowReply)
    return frozenset({"mark"} if shown.share.mark else ())


@st.composite
def shares(draw: st.DrawFn, name: str, share: str | None = None) -> ShareView:
    """As far as the dialect shows them."""
    dialect = dialect_of(name)
    size = rounded(draw(st.integers(1, 1 << 50)), dialect.size_step)
    marks = texts(dialect, "mark").filter(lambda text: text != dialect.places.nothing)
    mark = draw(marks | st.none()) if "mark" in told(dialect) else None
    return ShareView(name=draw(texts(dialect, "name")) if share is None else share, size=size, mark=mark)


@each_dialect
@few_examples
@given(data=st.data())
def test_a_fake_reads_what_a_client_means(name: str, data: st.DataObject) -> None:
    dialect, request = dialect_of(name), data.draw(requests(name))
    share = ShareView(name=getattr(request, "name", "a"), size=1 << 30, mark=getattr(request, "mark", None))
    try:
        spoken = converse(dialect, request, _answers(request, share))
    except CommandError:
        assume(dialect.takes_any_text is False or not dialect.takes_exec)
        return
    meant = dialect.reduced(request)
    last = [asked for asked in spoken.asked if asked.verb is request.verb]
    assert last or isinstance(request, Resize)
    for asked in last if len(dialect.steps[request.verb]) == 1 else ():
        assert asked == meant


def _answers(request: Request, share: ShareView):  # type: ignore[no-untyped-def]  # as `there` has it
    answered = {
        Verb.LIST: ListReply(shares=(share,)),
        Verb.SNAPSHOT_LIST: SnapshotsReply(),
        Verb.PING: PingReply(),
    }
    return lambda asked: answered.get(asked.verb) or there(share)(asked)


@each_dialect
@few_examples
@given(data=st.data())
def test_a_share_is_shown_and_listed_as_it_is(name: str, data: st.DataObject) -> None:
    dialect = dialect_of(name)
    share, other = data.draw(shares(name)), data.draw(shares(name))
    assert converse(dialect, Show(name=share.name), there(share)).told == ShowReply(share=share)
    listed = ListReply(shares=(share, other))
    assert converse(dialect, List(), lambda request: listed).told == listed
    assert converse(dialect, List(), lambda request: ListReply()).told == ListReply()


@each_dialect
@few_examples
@given(data=st.data())
def test_a_half_made_share_is_shown_as_one(name: str, data: st.DataObject) -> None:
    dialect = dialect_of(name)
    share = replace(data.draw(shares(name)), complete=False)
    shown = converse(dialect, Show(name=share.name), there(share)).told
    assert isinstance(shown, ShowReply)
    assert (shown.share.name, shown.share.complete) == (share.name, False)


@each_dialect
@few_examples
@given(data=st.data())
def test_a_refusal_says_its_code(name: str, data: st.DataObject) -> None:
    dialect, request = dialect_of(name), data.draw(requests(name))
    code = data.draw(any_texts.sent_codes)
    ask = AskedCommand(verb=request.verb, request=request)
    with suppress(CommandError, ValueError):
        wanted, _ = dialect.refusals.told(code, request.verb)
        read = dialect.read(ask, dialect.render(ask, Refusal(code=code, message="why")))
        assert isinstance(read, Refusal)
        assert read.code is wanted


@each_dialect
@few_examples
@given(data=st.data(), kept=st.floats(0, 1, exclude_max=True))
def test_a_refusal_cut_short_is_no_other_certainty(name: str, data: st.DataObject, kept: float) -> None:
    dialect, verb = dialect_of(name), data.draw(st.sampled_from(list(dialect_of(name).steps)))
    code = data.draw(any_texts.sent_codes)
    wire = dialect.render(AskedCommand(verb=verb), Refusal(code=code, message="why it is so"))
    out, err = (text[: int(len(text) * kept)] for text in (wire.stdout, wire.stderr))
    cut = replace(wire, stdout=out, stderr=err)
    if not (cut.stdout or cut.stderr).strip("\n") and not dialect.statuses:
        return  # where nothing is said of success either, silence cannot be told from it
    try:
        read = dialect.read(AskedCommand(verb=verb), cut)
    except ReplyError:
        return
    wanted, _ = dialect.refusals.told(code, verb)
    if isinstance(read, Refusal):
        assert read.code is wanted or not CATALOGUE[read.code].definite or not cut.stderr.strip()
    else:
        assert wire.status != 0


@each_dialect
@few_examples
@given(
    verb=st.sampled_from(Verb),
    status=st.none() | st.integers(0, 255),
    stdout=st.text() | st.text(alphabet='{"}[]:,! \t\n-0a\\'),
    stderr=st.text(),
)
def test_any_reply_is_a_value_or_a_reply_error(
    name: str, verb: Verb, status: int | None, stdout: str, stderr: str
) -> None:
    with suppress(ReplyError):
        dialect_of(name).read(AskedCommand(verb=verb), WireReply(status=status, stdout=stdout, stderr=stderr))


@each_dialect
@few_examples
@given(line=st.text() | st.text(alphabet="volume share svctask create show -name'\"\\$ \n{}[]/@"))
def test_any_text_is_a_request_or_a_command_error(name: str, line: str) -> None:
    with suppress(CommandError):
        dialect_of(name).request(line)
