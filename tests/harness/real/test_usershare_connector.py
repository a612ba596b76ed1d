"""The connector over usershares, without SSH and without Samba: what it takes, refuses and remembers."""

import json
from pathlib import Path

import pytest

from harness.real.usershare_connector import STATUSES, main

NET = """#!/bin/sh
shift
case $1 in
  add) echo "$3 $5" > {usershares}/$2;;
  delete) rm {usershares}/$2;;
esac
"""


class Local:
    """The connector as a program, and what it said."""

    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self._capfd = capfd
        self.folder = folder
        for name in ("state", "shares", "usershares"):
            (folder / name).mkdir()
        net = folder / "net"
        net.write_text(NET.format(usershares=folder / "usershares"))
        net.chmod(0o755)
        config = {name: str(folder / name) for name in ("state", "shares", "usershares")}
        (folder / "config").write_text(json.dumps({**config, "net": [str(net)], "users": {"alice": "S-1"}}))

    def __call__(self, line: str) -> tuple[int, object]:
        status = main([str(self.folder / "config")], {"SSH_ORIGINAL_COMMAND": line})
        said = self._capfd.readouterr()
        return status, json.loads(said.out or said.err)


@pytest.fixture
def local(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Local:
    return Local(tmp_path, capfd)


def _code(answer: tuple[int, object]) -> str:
    status, document = answer
    code = document["error"]["code"]  # type: ignore[index]  # a refusal
    assert STATUSES[code] == status
    return str(code)


def test_a_share_is_made_shown_and_removed(local: Local) -> None:
    assert local("share create Demo --size 5 --request-id r1 --mark a/b") == (0, {"done": "create"})
    shown = {"name": "Demo", "size": 5, "complete": True, "mark": "a/b", "request_id": "r1", "rules": []}
    assert local("share show Demo") == (0, {"share": shown})
    assert local("share list --mark a") == (0, {"count": 1, "shares": [shown]})
    assert local("share delete Demo --request-id r2") == (0, {"done": "delete"})
    assert _code(local("share show Demo")) == "not-found"
    assert list((local.folder / "usershares").iterdir()) == []


def test_a_command_is_done_once_and_answered_as_often_as_it_comes(local: Local) -> None:
    create = "share create demo --size 5 --request-id r1"
    assert [local(create)[0] for _ in range(3)] == [0, 0, 0]
    assert _code(local("share create demo --size 6 --request-id r1")) == "invalid"
    assert _code(local("share create demo --size 5 --request-id r2")) == "already-exists"
    local("share delete demo --request-id r3")
    assert local(create)[0] == 0
    assert _code(local("share show demo")) == "not-found"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("share create 'a;b' --size 5 --request-id r", "invalid"),
        ("share create ../x --size 5 --request-id r", "invalid"),
        ("share create x --size 0 --request-id r", "invalid"),
        ("share create x --size 5", "invalid"),
        ("share create x --size 5 --request-id r --surprise 1", "invalid"),
        ("share create x --size 5 --request-id 'r", "invalid"),
        (f"share create x --size {1 << 70} --request-id r", "quota"),
        ("snapshot list x", "unsupported"),
        ("rm -rf /", "unsupported"),
        ("", "unsupported"),
    ],
)
def test_what_is_no_command_is_refused_for_certain(line: str, code: str, local: Local) -> None:
    assert _code(local(line)) == code
    assert local("share list") == (0, {"count": 0, "shares": []})


def test_older_and_late_commands_are_refused(local: Local) -> None:
    assert local("share create x --size 5 --request-id r1 --sequence 5")[0] == 0
    assert _code(local("share delete x --request-id r2 --sequence 4")) == "stale"
    assert _code(local("share delete x --request-id r3 --not-after 1")) == "expired"


def test_a_request_id_that_is_used_again_counts_as_seen_and_is_refused_once_it_is_in_time(local: Local) -> None:
    local("share create x --size 5 --request-id r1 --sequence 2")
    assert _code(local("share delete x --request-id r1 --sequence 1")) == "stale"
    assert _code(local("share delete x --request-id r1 --sequence 5")) == "invalid"
    assert _code(local("share delete x --request-id r2 --sequence 4")) == "stale"


def test_a_share_that_samba_does_not_have_is_not_whole(local: Local) -> None:
    local("share create x --size 5 --request-id r1")
    (local.folder / "usershares" / "x").unlink()
    status, document = local("share show x")
    assert (status, document["share"]["complete"]) == (0, False)  # type: ignore[index]  # a share
