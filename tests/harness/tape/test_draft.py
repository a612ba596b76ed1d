"""The first draft of a dialect: it loads, and reads the tape that it was made from."""

from pathlib import Path

import pytest

from connector.dialects import load_dialect
from connector.dialects.transcript import exchanges_of, judge_transcript
from harness.tape.draft import draft_of

TABLES = """\
$ volume create -volume home -size 10GB -comment ours
[Job succeeded] Volume created.
[exit 0]
$ volume show
Volume    State     Size
--------  --------  --------
home      online    10GB
other     online    3GB
2 entries were displayed.
[exit 0]
$ volume show -volume home -instance
Volume Name: home
Volume State: online
Volume Size: 10GB
[exit 0]
$ volume modify -volume home -size 20GB
[Job succeeded] Volume size set.
[exit 0]
$ volume create -volume home -size 10GB
Error: command failed: duplicate entry for home.
[exit 1]
$ volume delete -volume home -force true
[Job succeeded] Volume home deleted.
[exit 0]
$ volume show -volume home -instance
Error: entry home doesn't exist.
[exit 1]
$ version
Array OS 9
[exit 0]
"""
JSON = """\
$ share create home --size 1048576 --request-id r-7
{"done": "create"}
[exit 0]
$ share show home
{"share": {"name": "home", "size": 1048576, "state": "ok"}}
[exit 0]
$ share list
{"count": 1, "shares": [{"name": "home", "size": 1048576, "state": "ok"}]}
[exit 0]
$ share delete home
{"done": "delete"}
[exit 0]
"""
LINES = """\
$ zfs create -o quota=1073741824 tank/home
[exit 0]
$ zfs list -Hp -o name,quota tank/home
tank/home\t1073741824
[exit 0]
$ zfs list -Hp -o name,quota -d 1 tank
tank/home\t1073741824
[exit 0]
$ zfs create -o quota=1073741824 tank/home
cannot create 'tank/home': dataset already exists
[exit 1]
$ zfs destroy tank/home
[exit 0]
"""
DELIMITED = """\
$ mkvdisk -name home -size 10737418240
Virtual Disk, successfully created
[exit 0]
$ lsvdisk -delim !
name!capacity!status
home!10737418240!online
[exit 0]
$ lsvdisk -delim ! home
name!capacity!status
home!10737418240!online
[exit 0]
$ rmvdisk -force home
[exit 0]
"""


@pytest.mark.parametrize(
    ("transcript", "commands"),
    [
        (TABLES, {"create": "volume create -volume {name} -size {size}", "list": "volume show", "ping": "version"}),
        (JSON, {"create": "share create {name} --size {size} --request-id {request_id}", "show": "share show {name}"}),
        (LINES, {"create": "zfs create -o quota={size} tank/{name}", "delete": "zfs destroy tank/{name}"}),
        (DELIMITED, {"show": "lsvdisk -delim ! {name}", "list": "lsvdisk -delim !"}),
    ],
)
def test_a_draft_loads_and_reads_its_tape(transcript: str, commands: dict[str, str], tmp_path: Path) -> None:
    exchanges = exchanges_of(transcript, "$ ")
    text = draft_of("a device", exchanges, name="drafted")
    (tmp_path / "d.toml").write_text(text)
    for verb, command in commands.items():
        assert f'{verb} = "{command}"' in text
    findings = list(judge_transcript(load_dialect(tmp_path / "d.toml"), exchanges))
    missed = [finding for finding in findings if not finding.understood and "-comment" not in finding.exchange.command]
    assert missed == []
    refusals = {finding.reply.split(":")[1].strip() for finding in findings if finding.reply.startswith("refused")}
    assert refusals <= {"already-exists", "not-found"}


BARE = """\
$ burrow new one 3
made one, 3 GB
[exit 0]
$ burrow info one
Name: one
[exit 0]
$ burrow size one 5
one has 5 GB now
[exit 0]
$ burrow new one 4
burrow: E3: one is there already
[exit 3]
$ burrow rm one
gone one
[exit 0]
"""


def test_a_draft_says_that_small_numbers_are_no_sizes_and_takes_the_rest() -> None:
    text = draft_of("a device", exchanges_of(BARE, "$ "), name="drafted")
    assert "# TODO: create: name or size was not found in its command (line 1 of the tape); small numbers" in text
    for line in ('show = "burrow info {name}"', 'delete = "burrow rm {name}"', 'code = "already-exists"'):
        assert line in text


def test_a_draft_says_what_could_not_be_told_and_what_is_a_better_start(tmp_path: Path) -> None:
    text = draft_of("a device", exchanges_of(JSON, "$ ")[:1], name="drafted")
    assert "# The shipped dialect 'native' understands 1 of its 1 exchanges." in text
    assert "# TODO: delete: of its commands on the tape none was found" in text
    assert "# TODO: refusals: no internal is on the tape" in text
    (tmp_path / "d.toml").write_text(text)
    assert load_dialect(tmp_path / "d.toml").name == "drafted"
