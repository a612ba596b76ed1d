"""What was written for transcripts of other devices: they are understood, and both sides understand each other."""

from collections.abc import Callable

import pytest

from connector.codes import Code
from connector.dialects import load_dialect
from connector.dialects.transcript import exchanges_of, judge_transcript
from connector.operations import (
    Create,
    Delete,
    DoneReply,
    List,
    ListReply,
    Ping,
    PingReply,
    Reply,
    Request,
    Resize,
    ShareView,
    Show,
    ShowReply,
    Stamp,
    Verb,
)
from connector.protocol import Refusal
from tests.connector.dialects.conversation import converse, gone, there
from tests.connector.dialects.devices import DEVICES, dialect_file, transcript

STAMP = Stamp(request_id="r-1")
GIB = 1 << 30
each_device = pytest.mark.parametrize("name", DEVICES)

SAID = {
    "ceph": ["done", "refused: already-exists", "done: size 10737418240", "refused: not-found", "done: name home"],
    "isi": ["done", "done", "refused: already-exists", "done: name home, size 10737418240, mark spool/1"],
    "lun": [
        "done: name vol_a, size 13421772800, complete True, mark spool/st01/0190-aa",
        "refused: not-found",
        "done (job 881)",
        "the job is running",
        "the job is done",
    ],
    "msa": ["done", "refused: already-exists", "done: name home, size 10700000000, complete True", "done: name home"],
    "netshare": ["done", "done", "refused: already-exists", "done: name home, size 10737418240, mark spool/1"],
    "pstcli": ["done (id 6034ae0e-1a2b)", "refused: already-exists: The file system name home is in use."],
    "smcli": ["done", "refused: already-exists", "done: name home, complete True, size 10737418240"],
}
"""How the replies of each transcript begin to be understood."""


@each_device
def test_every_exchange_of_a_transcript_is_understood(name: str) -> None:
    findings = list(judge_transcript(load_dialect(dialect_file(name)), exchanges_of(transcript(name), DEVICES[name])))
    assert len(findings) >= 7
    assert [finding.command for finding in findings if not finding.understood] == []
    for finding, said in zip(findings, SAID[name], strict=False):
        assert finding.reply.startswith(said)


def shares_of(*shares: ShareView) -> Callable[[Request], Reply | Refusal]:
    """A cluster with these shares."""

    def answer(request: Request) -> Reply | Refusal:
        if isinstance(request, List):
            return ListReply(shares=shares)
        if isinstance(request, Ping):
            return PingReply()
        found = next((share for share in shares if share.name == getattr(request, "name", None)), None)
        if isinstance(request, Show | Delete) and found is None:
            return Refusal(code=Code.NOT_FOUND, message="it is not there")
        return ShowReply(share=found) if isinstance(request, Show) and found is not None else DoneReply()

    return answer


@each_device
def test_both_sides_of_such_a_dialect_understand_each_other(name: str) -> None:
    dialect = load_dialect(dialect_file(name))
    marked = "mark" in dialect.capabilities
    home = ShareView(name="home", size=10 * GIB, mark="spool/1" if marked else None)
    other = ShareView(name="a-longer_name", size=GIB, complete=dialect.name in ("isi", "netshare"))
    cluster = shares_of(home, other)
    assert (
        converse(dialect, Create(name="home", size=10 * GIB, stamp=STAMP, mark="spool/1"), cluster).told == DoneReply()
    )
    assert converse(dialect, Show(name="home"), cluster).told == ShowReply(share=home)
    assert converse(dialect, List(), cluster).told == ListReply(shares=(home, other))
    assert converse(dialect, Ping(), cluster).told == PingReply()
    assert converse(dialect, Delete(name="home", stamp=STAMP), cluster).told == DoneReply()
    if dialect.knows(Verb.RESIZE):
        assert (
            converse(dialect, Resize(name="home", size=20 * GIB, stamp=STAMP), cluster, size=10 * GIB).told
            == DoneReply()
        )
    for request in (Show(name="nope"), Delete(name="nope", stamp=STAMP)):
        told = converse(dialect, request, gone()).told
        assert isinstance(told, Refusal)
        assert told.code is Code.NOT_FOUND


def test_a_list_of_names_is_followed_by_a_look_at_each() -> None:
    dialect = load_dialect(dialect_file("ceph"))
    cluster = shares_of(ShareView(name="a", size=1), ShareView(name="b", size=2))
    spoken = converse(dialect, List(), cluster)
    assert [line.split()[3:6] for line in spoken.lines] == [
        ["ls", "cephfs", "--group_name"],
        ["info", "cephfs", "a"],
        ["info", "cephfs", "b"],
    ]
    assert converse(dialect, List(), shares_of()).told == ListReply()


def test_a_share_that_is_gone_when_it_is_looked_at_is_left_out_of_the_list() -> None:
    listed = ListReply(shares=(ShareView(name="a", size=1), ShareView(name="b", size=2)))
    left = shares_of(ShareView(name="b", size=2))

    def cluster(request: Request) -> Reply | Refusal:
        return listed if isinstance(request, List) else left(request)

    told = converse(load_dialect(dialect_file("ceph")), List(), cluster).told
    assert told == ListReply(shares=listed.shares[1:])


def test_a_look_that_is_refused_otherwise_refuses_the_list() -> None:
    def cluster(request: Request) -> Reply | Refusal:
        if isinstance(request, List):
            return ListReply(shares=(ShareView(name="a", size=1),))
        return Refusal(code=Code.BUSY, message="later")

    told = converse(load_dialect(dialect_file("ceph")), List(), cluster).told
    assert isinstance(told, Refusal)
    assert told.code is Code.BUSY


def test_each_share_of_a_list_has_the_number_of_its_own() -> None:
    dialect = load_dialect(dialect_file("pstcli"))
    responder = dialect.responder()
    shown = {}
    for request in (Show(name="a"), Show(name="b")):
        command = responder.read(dialect.command(request))
        share = ShareView(name=request.name, size=1)
        shown[request.name] = responder.render(command, ShowReply(share=share)).stdout
    listed = responder.render(
        responder.read(dialect.command(List())),
        ListReply(shares=(ShareView(name="a", size=1), ShareView(name="b", size=1))),
    )
    assert '"id": "0"' in shown["a"]
    assert '"id": "1"' in shown["b"]
    assert '"id": "0"' in listed.stdout
    assert '"id": "1"' in listed.stdout


@pytest.mark.parametrize(
    ("name", "share", "line"),
    [
        ("msa", "my vol 2", 'show volumes "my vol 2"'),
        ("netshare", "home", "net share home"),
        ("smcli", "home", 'show volume ["home"] summary;'),
    ],
)
def test_words_are_quoted_as_the_connector_has_it(name: str, share: str, line: str) -> None:
    dialect = load_dialect(dialect_file(name))
    assert dialect.command(Show(name=share)) == line
    assert dialect.request(line) == Show(name=share)


def test_a_whole_word_with_blanks_is_quoted_though_only_a_part_of_it_has_them() -> None:
    dialect = load_dialect(dialect_file("netshare"))
    spoken = converse(
        dialect, Create(name="home", size=5, stamp=STAMP, mark="m/1"), there(ShareView(name="home", size=5))
    )
    assert spoken.lines == [
        "mkdir D:\\shares\\home",
        'net share home=D:\\shares\\home /GRANT:Everyone,FULL "/REMARK:5 m/1"',
    ]


def test_cells_under_their_titles_may_be_empty_and_have_blanks() -> None:
    dialect = load_dialect(dialect_file("msa"))
    share = ShareView(name="my vol 2", size=10**9, complete=False)
    assert converse(dialect, List(), shares_of(share)).told == ListReply(shares=(share,))
