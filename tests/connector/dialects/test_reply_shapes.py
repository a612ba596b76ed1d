"""Shapes of replies from drivers and bug reports of other projects: read as they stand, and spelled by a fake."""

# ruff: noqa: E501 - lines of dialect files are as long as they are

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest

from connector.codes import Code
from connector.dialects import AskedCommand, FileDialect, load_dialect
from connector.errors import DialectError, ReplyError
from connector.operations import (
    Create,
    DoneReply,
    ListReply,
    ListSnapshots,
    ShareView,
    Show,
    ShowReply,
    SnapshotsReply,
    SnapshotView,
    Stamp,
    Verb,
)
from connector.protocol import Refusal, WireReply

HOME, OTHER = ShareView(name="home", size=10 << 30), ShareView(name="p", size=1 << 30)
BOTH = ListReply(shares=(HOME, OTHER))
LINES = """
form = "lines"
line = "{name} {size}"
empty = ""
"""


@dataclass(frozen=True, kw_only=True)
class Device:
    """What its dialect says beside a few commands. reply: the form of `show` and `list`; listed: a list, as it is said."""

    reply: str = LINES
    listed: str = "home 10737418240\np 1073741824\n"
    units: str = '"" = 1'
    fraction: int = 0
    values: str = ""
    places: str = ""
    noise: tuple[str, ...] = ()
    refusal: str = ""
    created: str = ""
    top: str = ""
    shell: str = ""


def dialect_of(device: Device, folder: Path) -> FileDialect:
    places = f"[places]\n{device.places}" if device.places else ""
    noise = "".join(f"[[noise]]\npattern = '{pattern}'\n" for pattern in device.noise)
    text = f"""
format = 1
name = "device"
capabilities = []
{device.top}
[values]
fraction = {device.fraction}
{device.values}
units = {{ {device.units} }}
patterns = {{ name = "[A-Za-z0-9_-]+" }}
{places}
{noise}
[commands]
create = "mk {{name}} {{size}}"
show = "stat {{name}}"
list = "ls"
delete = "rm {{name}}"
[replies]
create = {{ form = "message", text = {json.dumps(device.created)} }}
delete = {{ form = "message", text = "" }}
[replies.show]
{device.reply}
[replies.list]
{device.reply}
[refusals]
form = "text"
stream = "either"
spellings = [
    {device.refusal}
    {{ code = "not-found", status = 5, text = "no such {{name}}" }},
    {{ code = "invalid", status = 64, text = "usage: {{message}}" }},
    {{ code = "internal", status = 70, text = "internal: {{message}}" }},
]
{device.shell}
"""
    path = folder / "device.toml"
    path.write_text(text, encoding="utf-8")
    return load_dialect(path)


XML = """
form = "lines"
in_one_line = true
start = '<volumes count="{count}">'
line = '<volume name="{name}" size="{size}"/>'
end = "</volumes>"
"""
XML_ROWS = '<volume name="home" size="10737418240"/><volume name="p" size="1073741824"/>'

DEVICES = {
    "several elements of XML in a line": Device(
        reply=XML, listed=f'<volumes count="2">{XML_ROWS}</volumes>\n'
    ),
    "elements of XML in a line and over several": Device(
        reply=XML, listed='<volumes count="2">\r\n  {}\n</volumes>'.format(XML_ROWS.replace("/><", "/>\n  <"))
    ),
    "a byte order mark before the text": Device(listed="\ufeffhome 10737418240\np 1073741824\n"),
    "a sign between the thousands": Device(
        values='thousands = ","', listed="home 10,737,418,240\np 1,073,741,824\n"
    ),
    "the same with units and a part": Device(
        values='thousands = "."', units='" GB" = 1073741824, " MB" = 1048576', listed="home 10.240 MB\np 1 GB\n"
    ),
    "lines that end with CR LF": Device(listed="home 10737418240\r\np 1073741824\r\n"),
    "delimited with a header of its own (GPFS -Y)": Device(
        reply='form = "table"\ndelimiter = ":"\ncolumns = [{ title = "filesetName", text = "{name}" }, { title = "blockLimit", text = "{size}" }]',
        units='"" = 1024',
        listed="mmlsfileset::HEADER:version:reserved:reserved:filesystemName:filesetName:id:blockLimit:\n"
        "mmlsfileset::0:1:::fs1:home:1:10485760:\nmmlsfileset::0:1:::fs1:p:2:1048576:\n",
    ),
    "warnings before the rows (LVM)": Device(
        reply='form = "lines"\nline = "  {name},{size}"\nempty = ""',
        noise=(" *WARNING: .*", " *One or more devices .*"),
        listed="  WARNING: Device /dev/pmem0 has size of 16777216 sectors\n  One or more devices used as PVs have changed.\n"
        "  home,10737418240\n  p,1073741824\n",
    ),
    "rows deep in a JSON document (LVM)": Device(
        reply='form = "json"\ndocument = { report = [{ lv = "{rows}" }] }\nfields = { name = "lv_name", size = "lv_size" }\ntexts = ["size"]',
        units="B = 1",
        listed='{"report": [{"lv": [{"lv_name":"home", "lv_size":"10737418240B"}, {"lv_name":"p", "lv_size":"1073741824B"}]}], "log": []}',
    ),
    "a table in a box (OpenStack)": Device(
        reply='form = "table"\ndelimiter = "|"\npadded = true\ncolumns = [{ title = "Name", text = "{name}" }, { title = "Size", text = "{size}" }]',
        units="GiB = 1073741824",
        noise=(r"\+[-+]+\+",),
        listed="+----+------+-------+\n| Id | Name | Size  |\n+----+------+-------+\n| 1  | home | 10GiB |\n| 2  | p    | 1GiB  |\n+----+------+-------+\n",
    ),
    "a footer with a count and a sum (3PAR)": Device(
        reply='form = "table"\nrule = false\ncolumns = [{ title = "Name", text = "{name}" }, { title = "VSize_MB", text = "{size}" }]\nend = "  {count} total {sum}"',
        units='"" = 1048576',
        places='sum = { pattern = "[0-9]+", sample = "0" }',
        listed="Name VSize_MB\nhome 10240\np 1024\n  2 total 11264\n",
    ),
    "records whose titles are padded (HNAS)": Device(
        reply='form = "record"\nseparator = ":"\npadded = true\nstart = "Type            : Explicit"\n'
        'columns = [{ title = "Target", text = "ViVol: {name}" }, { title = "Limit", text = "{size} (Hard)" }]',
        units='" TB" = 1099511627776, " GB" = 1073741824, " B" = 1',
        listed="Type            : Explicit\nTarget          : ViVol: home\nUsage           : 1 GB\n  Limit         : 10 GB (Hard)\n  Warning       : Unset\n"
        "Type            : Explicit\nTarget          : ViVol: p\n  Limit         : 1 GB (Hard)\n",
    ),
    "records with a number in their first line (naviseccli)": Device(
        reply='form = "record"\nseparator = ":  "\nstart = "LOGICAL UNIT NUMBER {lun}"\n'
        'columns = [{ title = "Name", text = "{name}" }, { title = "User Capacity (GBs)", text = "{size}" }]',
        units='"" = 1073741824',
        places='lun = { pattern = "[0-9]+" }',
        noise=("",),
        listed="LOGICAL UNIT NUMBER 7\nName:  home\nUID:  60:06\nUser Capacity (GBs):  10\n\nLOGICAL UNIT NUMBER 8\nName:  p\nUser Capacity (GBs):  1\n",
    ),
    "sizes with noughts after the point": Device(
        fraction=3, units="GB = 1073741824, MB = 1048576, KB = 1024, B = 1", listed="home 10.000GB\np 1.00GB\n"
    ),
    "an object with a key for each share": Device(
        reply='form = "json"\ndocument = { volumes = "{rows}" }\nkey = "{name}"\nfields = { size = "/size/bytes" }',
        listed='{"volumes": {"home": {"size": {"bytes": 10737418240}}, "p": {"size": {"bytes": 1073741824}}}}',
    ),
    "a JSON object in each line": Device(
        reply="form = \"lines\"\nline = '{{\"name\": \"{name}\", \"size\": {size}}}'\nempty = \"\"",
        listed='{"name": "home", "size": 10737418240}\n{"name": "p", "size": 1073741824}\n',
    ),
    "XML with an element in each line": Device(
        reply="form = \"lines\"\nstart = \"<volumes>\"\nline = '  <volume id=\"{id}\" name=\"{name}\" size=\"{size}\"/>'\nend = \"</volumes>\"",
        places='id = { pattern = "[0-9]+" }',
        listed='<volumes>\n  <volume id="1" name="home" size="10737418240"/>\n  <volume id="2" name="p" size="1073741824"/>\n</volumes>\n',
    ),
    "JSON sizes as text with a unit": Device(
        reply='form = "json"\ndocument = { items = "{rows}", total = "{count}" }\nfields = { name = "name", size = "cap" }\ntexts = ["size"]',
        units='" MB" = 1048576',
        listed='{"items": [{"name": "home", "cap": "10240 MB"}, {"name": "p", "cap": "1024 MB"}], "total": 2}',
    ),
    "JSON sizes as numbers of MiB": Device(
        reply='form = "json"\ndocument = "{rows}"\nfields = { name = "name", size_mib = "cap_mb" }',
        listed='[{"name": "home", "cap_mb": 10240}, {"name": "p", "cap_mb": 1024}]',
    ),
    "a count before the names (Synology)": Device(
        reply='form = "lines"\nstart = "{count} Listed:"\nline = "{name}: {size}"', listed="2 Listed:\nhome: 10737418240\np: 1073741824\n"
    ),
}  # fmt: skip
each_device = pytest.mark.parametrize("device", DEVICES.values(), ids=list(DEVICES))
LIST = AskedCommand(verb=Verb.LIST)


def said(text: str, status: int | None = 0, stderr: str = "") -> WireReply:
    return WireReply(status=status, stdout=text, stderr=stderr)


@each_device
def test_a_list_is_read_as_it_stands_and_spelled_by_a_fake(device: Device, tmp_path: Path) -> None:
    dialect = dialect_of(device, tmp_path)
    assert dialect.reply(LIST, said(device.listed)) == BOTH
    assert dialect.reply(LIST, dialect.render(LIST, BOTH)) == BOTH
    for share in (HOME, OTHER):
        ask = AskedCommand(verb=Verb.SHOW, request=Show(name=share.name))
        assert dialect.reply(ask, dialect.render(ask, ShowReply(share=share))) == ShowReply(share=share)


@pytest.mark.parametrize("listed", ["home 10,737,418,240\n", "home 10.0\n", "home\n", "home 5 GB\n"])
def test_what_no_form_says_is_unreadable_and_not_guessed(listed: str, tmp_path: Path) -> None:
    with pytest.raises(ReplyError, match="is not a line of this reply"):
        dialect_of(Device(), tmp_path).reply(LIST, said(listed))


def test_a_warning_beside_success_is_no_refusal(tmp_path: Path) -> None:
    warning = "Warning: Permanently added 'x' to the list of known hosts.\n"
    assert dialect_of(Device(), tmp_path).reply(LIST, said("home 10737418240\n", stderr=warning)) == ListReply(
        shares=(HOME,)
    )


def test_a_success_of_two_lines_with_what_is_not_ours_and_an_error_without_status(tmp_path: Path) -> None:
    """As EqualLogic says it, at a prompt."""
    device = Device(
        top='exit_status = "none"\nquotes = "double"',
        places="iqn = { pattern = 'iqn\\.[a-z0-9.:-]+', sample = \"iqn.2001-05.com:home\" }",
        created="Volume creation succeeded.\niSCSI target name is {iqn}.",
        refusal='{ code = "already-exists", text = "% Error - Volume with same name already exists." },',
        shell='[shell]\nprompt = "{cluster}> "\nsetup = [{ command = "cli-settings confirmation off" }]',
    )
    dialect = dialect_of(device, tmp_path)
    ask = AskedCommand(verb=Verb.CREATE, request=Create(name="home", size=1, stamp=Stamp(request_id=None)))
    created = "Volume creation succeeded.\niSCSI target name is iqn.2001-05.com.equallogic:0-8a0906-home.\n"
    assert dialect.reply(ask, said(created, None)) == DoneReply()
    refused = dialect.reply(ask, said("% Error - Volume with same name already exists.\n", None))
    assert isinstance(refused, Refusal)
    assert refused.code is Code.ALREADY_EXISTS


def test_padding_is_for_cells_with_a_delimiter(tmp_path: Path) -> None:
    reply = (
        'form = "table"\npadded = true\ncolumns = [{ title = "n", text = "{name}" }, { title = "s", text = "{size}" }]'
    )
    with pytest.raises(DialectError, match="padded: is for cells with a delimiter"):
        dialect_of(Device(reply=reply), tmp_path)


@pytest.mark.parametrize(
    ("listed", "why"),
    [
        (f'<volumes count="3">{XML_ROWS}</volumes>\n', "does not begin as it should, or has not as many lines"),
        (f'<volumes count="2">{XML_ROWS}\n', "does not begin as it should"),
        (f'<volumes count="2">{XML_ROWS[:-9]}</volumes>\n', "is nothing of this reply"),
    ],
)
def test_elements_in_a_line_that_are_not_whole_are_unreadable(listed: str, why: str, tmp_path: Path) -> None:
    dialect = dialect_of(Device(reply=XML), tmp_path)
    with pytest.raises(ReplyError, match=why):
        dialect.reply(AskedCommand(verb=Verb.LIST), WireReply(status=0, stdout=listed))


@pytest.mark.parametrize("listed", ["home 10,73,418\n", "home 1,0737\n", "home ,073\n"])
def test_signs_at_other_places_than_between_thousands_are_unreadable(listed: str, tmp_path: Path) -> None:
    dialect = dialect_of(Device(values='thousands = ","'), tmp_path)
    with pytest.raises(ReplyError):
        dialect.reply(AskedCommand(verb=Verb.LIST), WireReply(status=0, stdout=listed))


SIZED = Device(created="{name} has {size_number} {size_unit} now", units='" MB" = 1048576, " GB" = 1073741824')


@pytest.mark.parametrize("said", ["home has 10 GB now\n", "home has 10240 MB now\n"])
def test_success_may_tell_the_size_and_its_unit_apart(said: str, tmp_path: Path) -> None:
    dialect = dialect_of(SIZED, tmp_path)
    ask = AskedCommand(verb=Verb.CREATE, request=Create(name="home", size=10 << 30, stamp=Stamp(request_id="r")))
    assert dialect.render(ask, DoneReply()).stdout == "home has 10 GB now\n"
    assert dialect.reply(ask, WireReply(status=0, stdout=said)) == DoneReply()
    with pytest.raises(ReplyError, match="create: it speaks of the size '11', which was not asked for"):
        dialect.reply(ask, WireReply(status=0, stdout="home has 11 GB now\n"))


def test_a_list_of_snapshots_need_not_tell_their_sizes(tmp_path: Path) -> None:
    path = tmp_path / "snapshots.toml"
    text = files("connector.dialects").joinpath("zfs.toml").read_text(encoding="utf-8")
    path.write_text(text.replace('@{snapshot}\\t{size}"', '@{snapshot}"'))
    dialect = load_dialect(path)
    ask = AskedCommand(verb=Verb.SNAPSHOT_LIST, request=ListSnapshots(name="home"))
    written = SnapshotsReply(snapshots=(SnapshotView(snapshot="monday", size=3),))
    heard = dialect.reply(ask, dialect.render(ask, written))
    assert heard == SnapshotsReply(snapshots=(SnapshotView(snapshot="monday", size=0),))
