"""Replies that are not quite replies, and what the two shipped dialects look like."""

import pytest

from connector.codes import Code
from connector.dialects import AskedCommand, FileDialect, load_dialect
from connector.errors import CommandError, ReplyError
from connector.operations import (
    Access,
    AccessRule,
    Create,
    Delete,
    DoneReply,
    List,
    ListReply,
    ShareView,
    Show,
    ShowReply,
    Stamp,
    Verb,
)
from connector.protocol import Refusal, WireReply

NATIVE, FILER = load_dialect("native"), load_dialect("filer")
SHARE = ShareView(
    name="my vol",
    size=3 << 30,
    mark="spool/1",
    request_id="r-1",
    rules=(AccessRule(client="10.0.0.0/24", access=Access.READ_WRITE),),
)
STAMP = Stamp(request_id="r-1", sequence=4, not_after=1700000000.5)


def test_native_spells_a_create_with_flags() -> None:
    line = NATIVE.command(Create(name="my vol", size=1 << 30, stamp=STAMP, mark="spool/1"))
    assert line == (
        "share create 'my vol' --size 1073741824 --request-id r-1 --mark spool/1 --sequence 4 --not-after 1700000000.5"
    )


def test_filer_spells_the_same_create_its_own_way_and_drops_what_it_does_not_know() -> None:
    line = FILER.command(Create(name="my vol", size=1 << 30, stamp=STAMP, mark="spool/1"))
    assert line == "volume create -vserver svm1 -volume 'my vol' -size 1GB -job-tag r-1 -comment spool/1"


@pytest.mark.parametrize(
    ("size", "spelled"),
    [(0, "0B"), (1, "1B"), (1025, "1025B"), (1 << 20, "1MB"), (3 << 39, "1536GB"), (1 << 41, "2TB")],
)
def test_filer_spells_a_size_in_the_largest_unit_that_loses_nothing(size: int, spelled: str) -> None:
    assert f" -size {spelled} " in FILER.command(Create(name="x", size=size, stamp=STAMP))


def test_filer_shows_a_table_with_aligned_columns_and_its_length() -> None:
    shown = FILER.render(AskedCommand(verb=Verb.LIST), ListReply(shares=(SHARE, ShareView(name="b", size=1025)))).stdout
    assert shown == (
        "Vserver  Volume    State   Size   Job Tag  Export Rules            Comment\n"
        "-------  --------  ------  -----  -------  ----------------------  -------\n"
        'svm1     "my vol"  online  3GB    r-1      10.0.0.0/24=read-write  spool/1\n'
        "svm1     b         online  1025B  -        -                       -\n"
        "2 entries were displayed.\n"
    )


def test_options_may_come_in_any_order() -> None:
    line = "volume delete -job-tag r-1 -force true -volume x -vserver svm1"
    assert FILER.request(line) == Delete(name="x", stamp=Stamp(request_id="r-1"))


def test_a_name_that_looks_like_an_option_is_a_name() -> None:
    assert NATIVE.request("share show --size") == Show(name="--size")
    assert FILER.request("volume show -vserver svm1 -volume -comment -instance") == Show(name="-comment")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("", "'' is not a command; accepted: capabilities, ping, share allow"),
        ("share frobnicate x", "'share frobnicate' is not a command; accepted"),
        ("share show", "a word is missing; accepted: share show {name}"),
        ("share show a b", "'b' is not expected here"),
        ("share create --size 1", "'--size' was read as the name"),
        ("share create x --size", "--size needs a word after it"),
        ("share create x --size 1GB --request-id r", "size: '1GB' is not a size"),
        ("share create x --size 1", "--request-id is missing"),
        ("share list --mark a --mark b", "'--mark' is not expected here"),
        ("share create x --size 1 --request-id r --not-after soon", "'soon' is not an instant"),
        ("share create x --size -1 --request-id r", "'-1' is not a size"),
        ("share create x --size " + "9" * 5000 + " --request-id r", "is not a size"),
    ],
)
def test_a_command_that_is_not_one_is_told_what_is_accepted(line: str, complaint: str) -> None:
    with pytest.raises(CommandError) as caught:
        NATIVE.request(line)
    assert complaint in str(caught.value)


def test_a_fixed_word_of_a_command_has_to_be_that_word() -> None:
    with pytest.raises(CommandError, match="'svm2' where only 'svm1' is accepted"):
        FILER.request("volume show -vserver svm2")


@pytest.mark.parametrize("size", [-1, 10**24])
def test_a_size_that_cannot_be_spelled_is_refused_by_the_client(size: int) -> None:
    with pytest.raises(CommandError, match="size: a number from 0"):
        NATIVE.command(Create(name="x", size=size, stamp=STAMP))


@pytest.mark.parametrize("dialect", [NATIVE, FILER], ids=["native", "filer"])
@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("stdout", ["", "\n", "\r\n"])
def test_nothing_on_stdout_with_status_zero_is_not_success(dialect: FileDialect, verb: Verb, stdout: str) -> None:
    with pytest.raises(ReplyError):
        dialect.reply(AskedCommand(verb=verb), WireReply(status=0, stdout=stdout))


@pytest.mark.parametrize(
    "wire",
    [
        WireReply(status=None),
        WireReply(status=10),
        WireReply(status=10, stderr="already exists"),
        WireReply(status=11, stderr='{"error": {"code": "already-exists", "message": "x"}}'),
        WireReply(status=99, stderr='{"error": {"code": "already-exists", "message": "x"}}'),
        WireReply(status=10, stderr='{"error": {"code": "already-exists"}}'),
        WireReply(status=10, stderr='{"error": {"code": "already-exists", "message": 1}}'),
        WireReply(status=10, stdout='{"error": {"code": "already-exists", "message": "x"}}'),
        WireReply(status=10, stderr="[" * 100_000),
    ],
)
def test_a_refusal_whose_status_and_words_do_not_agree_is_unreadable(wire: WireReply) -> None:
    with pytest.raises(ReplyError):
        NATIVE.reply(AskedCommand(verb=Verb.CREATE), wire)


def test_an_exit_status_alone_is_no_refusal_of_a_dialect_that_has_one_for_all() -> None:
    with pytest.raises(ReplyError, match="exit status 1 with 'Error: what now' is no refusal"):
        FILER.reply(AskedCommand(verb=Verb.CREATE), WireReply(status=1, stdout="Error: what now\n"))
    told = FILER.reply(AskedCommand(verb=Verb.CREATE), WireReply(status=1, stdout="Error: entry doesn't exist. x\r\n"))
    assert told == Refusal(code=Code.NOT_FOUND, message="x")


@pytest.mark.parametrize(
    "stdout",
    [
        '{"share": {"name": "a", "size": 1, "complete": true, "mark": null, "request_id": null}}',
        '{"share": {"name": "a", "size": "1", "complete": true, "mark": null, "request_id": null, "rules": []}}',
        '{"share": {"name": "a", "size": true, "complete": true, "mark": null, "request_id": null, "rules": []}}',
        '{"share": {"name": "a", "size": -1, "complete": true, "mark": null, "request_id": null, "rules": []}}',
        '{"share": {"name": null, "size": 1, "complete": true, "mark": null, "request_id": null, "rules": []}}',
        '{"share": {"name": "a", "size": 1, "complete": true, "mark": null, "request_id": null, "rules": [1]}}',
        '{"share": null}',
        "null",
        '{"done": "show"}',
    ],
)
def test_a_document_that_lacks_something_or_has_it_wrong_is_unreadable(stdout: str) -> None:
    with pytest.raises(ReplyError):
        NATIVE.reply(AskedCommand(verb=Verb.SHOW), WireReply(status=0, stdout=stdout))


def test_a_list_that_is_not_as_long_as_it_says_is_unreadable() -> None:
    stdout = NATIVE.render(AskedCommand(verb=Verb.LIST), ListReply(shares=(SHARE, SHARE))).stdout
    with pytest.raises(ReplyError, match="2 rows, and another number was announced"):
        NATIVE.reply(
            AskedCommand(verb=Verb.LIST), WireReply(status=0, stdout=stdout.replace('"count": 2', '"count": 3'))
        )


def test_keys_that_a_newer_connector_adds_are_let_pass() -> None:
    stdout = NATIVE.render(AskedCommand(verb=Verb.SHOW), ShowReply(share=SHARE)).stdout.replace(
        '{"share": {', '{"v": 2, "share": {"x": 1, '
    )
    assert NATIVE.reply(AskedCommand(verb=Verb.SHOW), WireReply(status=0, stdout=stdout)) == ShowReply(share=SHARE)


def test_a_table_that_lost_a_row_is_unreadable() -> None:
    whole = FILER.render(AskedCommand(verb=Verb.LIST), ListReply(shares=(SHARE, SHARE, SHARE))).stdout
    lines = whole.splitlines(keepends=True)
    dos = FILER.reply(AskedCommand(verb=Verb.LIST), WireReply(status=0, stdout=whole.replace("\n", "\r\n")))
    assert dos == ListReply(shares=(SHARE, SHARE, SHARE))
    with pytest.raises(ReplyError, match="not as many rows as its end says"):
        FILER.reply(AskedCommand(verb=Verb.LIST), WireReply(status=0, stdout="".join(lines[:3] + lines[4:])))


def test_the_reply_to_a_create_is_not_taken_for_the_reply_to_a_delete() -> None:
    for dialect in (NATIVE, FILER):
        with pytest.raises(ReplyError):
            dialect.reply(AskedCommand(verb=Verb.DELETE), dialect.render(AskedCommand(verb=Verb.CREATE), DoneReply()))


def test_list_with_and_without_a_mark_are_told_apart() -> None:
    assert FILER.request("volume show -vserver svm1") == List()
    assert FILER.request("volume show -vserver svm1 -comment spool") == List(mark="spool")
