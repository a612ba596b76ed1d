"""A server that cannot begin says why in one line, before anything is started."""

import shutil
from collections import namedtuple
from collections.abc import Sequence
from pathlib import Path
from socket import create_server

import pytest

from harness.cli.entry import invoke
from harness.errors import WorldError
from harness.servers.ordinary_user import own_folder


@pytest.mark.parametrize("command", [("nats", "up"), ("pg", "up")], ids=" ".join)
def test_a_port_that_somebody_has_is_one_clear_line(command: Sequence[str], capfd: pytest.CaptureFixture[str]) -> None:
    with create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert invoke([*command, "--port", str(port)]) == 64
    assert capfd.readouterr().err == f"127.0.0.1:{port}: cannot listen: address already in use\n"


def test_no_server_begins_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", ["total", "used", "free"])
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1 << 30, 1 << 30, 0))
    with pytest.raises(WorldError, match="the disk is full: NATS needs room there"), own_folder(tmp_path, "NATS"):
        pytest.fail("there is no room")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(WorldError, match="file/data: cannot be used for NATS: Not a directory"),
        own_folder(tmp_path / "file" / "data", "NATS"),
    ):
        pytest.fail("there is no folder")
