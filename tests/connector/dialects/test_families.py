"""What real connectors say, word for word, in both directions."""

# ruff: noqa: E501 - lines of dialect files are as long as they are

from contextlib import suppress
from pathlib import Path

import pytest

from connector.codes import Code
from connector.dialects import DIALECTS, AskedCommand, FileDialect, load_dialect
from connector.errors import CommandError, DialectError, ReplyError
from connector.operations import (
    Create,
    CreatePart,
    Delete,
    DoneReply,
    List,
    ListReply,
    PingReply,
    Resize,
    ShareView,
    Show,
    ShowReply,
    Stamp,
    Verb,
)
from connector.protocol import Refusal, WireReply
from connector.values import replace
from tests.connector.dialects.conversation import converse, gone, refusing, there
from tests.connector.dialects.test_loading import THIRD

STAMP = Stamp(request_id="r-1")
HOME = ShareView(name="v1", size=1 << 30)


def changed(tmp_path: Path, *pairs: tuple[str, str]) -> FileDialect:
    """The small dialect of the tests, changed in these places."""
    text = THIRD
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "third.toml"
    path.write_text(text)
    return load_dialect(path)


def test_a_success_may_tell_a_number_and_a_size_its_unit_apart(tmp_path: Path) -> None:
    dialect = changed(
        tmp_path,
        ("[commands]", '[places]\nid = { identifies = "share", pattern = "[0-9]+" }\n\n[values]\nunits = { gb = 1073741824 }\n\n[commands]'),
        ('create = "mk id={request_id} /vol/{name} {size}"', 'create = "svctask mkvdisk -name {name} -size {size_number} -unit {size_unit} -iogrp 0 -mdiskgrp p"'),
        ('create = { form = "message", text = "" }', 'create = { form = "message", text = "Virtual Disk, id [{id}], successfully created" }'),
    )  # fmt: skip
    request = Create(name="v1", size=1 << 30, stamp=STAMP)
    assert dialect.command(request) == "svctask mkvdisk -name v1 -size 1 -unit gb -iogrp 0 -mdiskgrp p"
    assert dialect.request("svctask mkvdisk -size 1 -unit gb -name v1 -mdiskgrp p -iogrp 0").size == 1 << 30  # type: ignore[union-attr]  # it is a create
    heard = dialect.read(
        AskedCommand(verb=Verb.CREATE, request=request),
        WireReply(status=0, stdout="Virtual Disk, id [17], successfully created\n"),
    )
    assert not isinstance(heard, Refusal)
    assert heard.places == {"id": "17"}
    assert dialect.size_step == 1 << 30
    reduced = dialect.reduced(Create(name="v1", size=10**9, stamp=STAMP))
    assert isinstance(reduced, Create)
    assert reduced.size == 1 << 30


def test_list_and_show_may_share_their_words_and_cells_any_delimiter() -> None:
    dialect = load_dialect("storwize")
    assert dialect.request("svcinfo lsvdisk -delim ! -bytes") == List()
    assert dialect.request("svcinfo lsvdisk -delim ! -bytes v1") == Show(name="v1")
    listed = "id!name!IO_group_id!RC_id!status!capacity\n0!v1!0!!online!1073741824\n1!v2!0!!offline!512\n"
    read = dialect.reply(AskedCommand(verb=Verb.LIST), WireReply(status=0, stdout=listed))
    assert read == ListReply(shares=(HOME, ShareView(name="v2", size=512, complete=False)))


def test_a_number_of_the_connectors_own_is_taken_from_one_reply_into_the_next_command() -> None:
    spoken = converse(load_dialect("storwize"), Delete(name="v1", stamp=STAMP), there(HOME))
    assert spoken.lines == ["svcinfo lsvdisk -delim '!' -bytes v1", "svctask rmvdisk -force 0"]
    assert spoken.asked[-1] == Delete(name="v1", stamp=Stamp(request_id=None))


@pytest.mark.parametrize(
    ("size", "line"),
    [(3 << 30, "expandvdisksize -size 2147483648"), (1 << 29, "shrinkvdisksize -size 536870912"), (1 << 30, "lsvdisk")],
)
def test_a_resize_may_tell_by_how_much(size: int, line: str) -> None:
    spoken = converse(load_dialect("storwize"), Resize(name="v1", size=size, stamp=STAMP), there(HOME))
    assert line in spoken.lines[-1]
    assert spoken.told == DoneReply()


def test_a_connector_that_cannot_shrink_says_so() -> None:
    spoken = converse(load_dialect("inform"), Resize(name="v1", size=1 << 29, stamp=STAMP), there(HOME))
    assert isinstance(spoken.told, Refusal)
    assert spoken.told.code is Code.UNSUPPORTED


def test_wrapped_names_login_lines_and_fractions_are_read() -> None:
    said = (
        "Last login time: 11/30/2026 15:00:00\n\n"
        "vserver  volume                    size    state   comment\n"
        "-------  ------------------------  ------  ------  -------\n"
        "svm1     a_volume_with_a_long_name_indeed\n"
        "                                   1.50TB  online  -\n"
        "1 entry was displayed.\n"
    )
    read = load_dialect("ontap").reply(AskedCommand(verb=Verb.SHOW), WireReply(status=0, stdout=said))
    assert read == ShowReply(share=ShareView(name="a_volume_with_a_long_name_indeed", size=3 << 39))


def test_a_fake_wraps_long_names_and_writes_fractions() -> None:
    dialect, share = load_dialect("ontap"), ShareView(name="a_volume_with_a_long_name_indeed", size=3 << 39)
    shown = dialect.render(AskedCommand(verb=Verb.SHOW, request=Show(name=share.name)), ShowReply(share=share)).stdout
    lines = shown.splitlines()
    assert lines[0].startswith("Last login time: ")
    assert [line.split() for line in lines[3:5]] == [["svm1", share.name], ["1.50TB", "online", "-"]]
    assert lines[-1] == "1 entry was displayed."
    assert dialect.reply(AskedCommand(verb=Verb.SHOW), WireReply(status=0, stdout=shown)) == ShowReply(share=share)


def test_an_error_with_exit_status_zero_is_a_refusal() -> None:
    dialect = load_dialect("ontap")
    nothing = WireReply(status=0, stdout="There are no entries matching your query.\n")
    read = dialect.reply(AskedCommand(verb=Verb.SHOW), nothing)
    assert isinstance(read, Refusal)
    assert read.code is Code.NOT_FOUND
    assert dialect.reply(AskedCommand(verb=Verb.LIST), nothing) == ListReply()
    assert dialect.render(AskedCommand(verb=Verb.SHOW), Refusal(code=Code.NOT_FOUND, message="x")).status == 0


def test_paths_and_keyed_objects_of_json_are_read_and_written(tmp_path: Path) -> None:
    dialect = changed(
        tmp_path,
        ('[replies.list]\nform = "table"\ncolumns = [{ title = "n", field = "name" }, { title = "s", field = "size" }]\nend = "total {count}"\nempty = "total 0"', '[replies.list]\nform = "json"\ndocument = { datasets = "{rows}" }\nkey = "tank/{name}"\nfields = { size = "/properties/quota/value" }\ntexts = ["size"]'),
    )  # fmt: skip
    said = '{"datasets": {"tank/v1": {"properties": {"quota": {"value": "1073741824"}}}}}'
    listed = ListReply(shares=(HOME,))
    assert dialect.reply(AskedCommand(verb=Verb.LIST), WireReply(status=0, stdout=said)) == listed
    assert dialect.render(AskedCommand(verb=Verb.LIST), listed).stdout == f"{said}\n"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('create = { form = "message", text = "" }', 'create = { form = "message", text = "Volume {nam} made" }', r"replies\.create\.text: \{nam\} means nothing here; accepted: mark, name"),
        ('end = "total {count}"', 'end = "total {total}"', r"replies\.list\.end"),
        ('text = "usage: {message}"', 'text = "usage {what}"', r"spellings\[3\]\.text: \{what\} means nothing here"),
        ('document = { powers = "{rows}" }', 'document = { powers = "{rows}", a = "of {name}" }', r"document: \{name\} means nothing here"),
        ('item = "capability"', 'fields = { capability = "a.b" }', r"a path is written '/a/b'"),
        ('show = "stat /vol/{name}"', 'show = "stat /vol/{name} {name}@x"\n#', "loads"),
    ],
)  # fmt: skip
def test_a_place_that_means_nothing_is_an_error_when_the_file_is_loaded(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    if complaint == "loads":  # a place may stand twice
        dialect = changed(tmp_path, (old, new))
        assert dialect.request("stat /vol/a a@x") == Show(name="a")
        with pytest.raises(CommandError):
            dialect.request("stat /vol/a b@x")
        return
    with pytest.raises(DialectError, match=complaint):
        changed(tmp_path, (old, new))


def test_two_commands_make_a_share_and_the_second_may_fail_and_be_undone() -> None:
    dialect = load_dialect("usershare")
    request = Create(name="v1", size=5, stamp=STAMP, mark="spool/1")
    spoken = converse(dialect, request, there(HOME))
    assert spoken.lines == ["mkdir /srv/shares/v1", "net usershare add v1 /srv/shares/v1 5,spool/1,r-1 S-1-1-0:F"]
    parts = [asked.part for asked in spoken.asked if isinstance(asked, Create)]
    assert parts == [CreatePart.BEGIN, CreatePart.FINISH]
    refused = converse(dialect, request, refusing(HOME, 2, Refusal(code=Code.DENIED, message="no")))
    assert refused.lines[-1] == "rmdir /srv/shares/v1"
    assert isinstance(refused.told, Refusal)
    assert refused.told.code is Code.DENIED


def test_what_cannot_be_undone_is_unknown() -> None:
    dialect, request = load_dialect("usershare"), Create(name="v1", size=5, stamp=STAMP)
    seen: list[object] = []

    def answers(asked: object) -> DoneReply | Refusal:
        seen.append(asked)
        return DoneReply() if len(seen) == 1 else Refusal(code=Code.DENIED, message="no")

    told = converse(dialect, request, answers).told
    assert isinstance(told, Refusal)
    assert told.code is Code.INTERNAL
    assert "could not be undone" in told.message


@pytest.mark.parametrize("name", DIALECTS)
def test_what_is_gone_is_not_found_whatever_looks_for_it_first(name: str) -> None:
    dialect = load_dialect(name)
    for request in (Show(name="v1"), Delete(name="v1", stamp=STAMP, mark="spool/1")):
        told = converse(dialect, request, gone()).told
        assert isinstance(told, Refusal)
        assert told.code is Code.NOT_FOUND


@pytest.mark.parametrize("name", ["ontap", "inform"])
def test_a_show_cut_short_after_its_titles_says_nothing_of_the_share(name: str) -> None:
    dialect, request = load_dialect(name), Show(name="v1")
    for talk in (dialect.talk(request), dialect.talk(Delete(name="v1", stamp=STAMP))):
        command = dialect.responder().read(talk.line)
        whole = dialect.responder().render(command, ShowReply(share=HOME))
        titles = "".join(line for line in whole.stdout.splitlines(keepends=True) if "v1" not in line)
        with pytest.raises(ReplyError, match="one share was expected, not 0"):
            talk.heard(WireReply(status=whole.status, stdout=titles))


@pytest.mark.parametrize("name", ["ontap", "storwize", "usershare", "zfs"])
def test_a_show_cut_short_anywhere_never_tells_another_size(name: str) -> None:
    dialect, request = load_dialect(name), Show(name="v1")
    command = dialect.responder().read(dialect.talk(request).line)
    whole = dialect.responder().render(command, ShowReply(share=HOME))
    told = dialect.talk(request).heard(whole)
    for length in range(1, len(whole.stdout)):
        with suppress(ReplyError):
            assert dialect.talk(request).heard(replace(whole, stdout=whole.stdout[:length])) == told, length


def test_a_job_is_followed_to_its_end() -> None:
    dialect = load_dialect("ontap")
    looks: list[bool] = [False, False, True]

    def answers(asked: object) -> DoneReply | ShowReply:
        if not isinstance(asked, Show):
            return DoneReply()
        return ShowReply(share=ShareView(name="v1", size=1 << 30, complete=looks.pop(0)))

    spoken = converse(dialect, Create(name="v1", size=1 << 30, stamp=STAMP), answers)
    assert spoken.told == DoneReply()
    assert spoken.lines[1:] == ["job show -id 1 -fields state"] * 3


def test_success_without_any_status_is_told_by_its_text(tmp_path: Path) -> None:
    dialect = changed(
        tmp_path,
        ("capabilities = []", 'capabilities = []\nexit_status = "none"'),
        (
            'code = "internal", status = 70, text = "{message}"',
            'code = "internal", status = 70, text = "bad {message}"',
        ),
    )
    pong = WireReply(status=None, stdout="pong\n")
    assert dialect.render(AskedCommand(verb=Verb.PING), PingReply()) == pong
    assert dialect.reply(AskedCommand(verb=Verb.PING), pong) == PingReply()
    with pytest.raises(ReplyError):
        dialect.reply(AskedCommand(verb=Verb.PING), WireReply(status=None, stdout="what"))
