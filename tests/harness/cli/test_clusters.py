"""`spoolproof clusters serve` says where the clusters are, and ends well at Ctrl-C."""

import os
import signal
from pathlib import Path

import pytest

from connector.targets import read_targets
from harness.cli.entry import invoke
from harness.cli.exits import Exit
from tests.harness.cli.serving import serving

FILE = """\
[clusters.north]
[clusters.south]
dialect = "filer"
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_clusters_are_served_until_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "clusters.toml").write_text(FILE)
    with serving("clusters", "serve", "clusters.toml", where=tmp_path) as served:
        targets = read_targets(tmp_path / "clusters.json")
        code, said = served.end(number)
    assert code == 0
    assert "Traceback" not in said
    assert [target.name for target in targets] == ["north", "south"]
    assert served.lines[0].startswith(f"north: ssh -p {targets[0].port} ")


def test_a_bad_file_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "clusters.toml"
    path.write_text("[clusters.north]\ndialekt = 'filer'\n")
    assert invoke(["clusters", "serve", str(path)]) == Exit.BAD_INPUT
    assert capfd.readouterr().err.startswith(f"{path}:2: clusters.north.dialekt: unknown key (did you mean 'dialect'?)")


def test_a_host_that_cannot_be_is_one_clear_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "clusters.toml"
    path.write_text("host = '203.0.113.1'\n[clusters.north]\n")
    assert invoke(["clusters", "serve", str(path)]) == Exit.BAD_INPUT
    assert capfd.readouterr().err.count("\n") == 1


def refused(folder: Path, text: str, capfd: pytest.CaptureFixture[str]) -> str:
    """What a refusal says in one line; nothing is started, and nothing written."""
    path = folder / "d7.toml"
    path.write_text(text + "[clusters.north]\n")
    before = {each: each.lstat() for each in sorted(folder.rglob("*"))}
    assert invoke(["clusters", "serve", str(path)]) == Exit.BAD_INPUT
    shown = capfd.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    after = {each: each.lstat() for each in sorted(folder.rglob("*"))}
    assert [(each, stat.st_ino, stat.st_size) for each, stat in before.items()] == [
        (each, stat.st_ino, stat.st_size) for each, stat in after.items()
    ]
    return shown.err


@pytest.mark.parametrize("name", ["d7.toml", "notes.txt", "pipe", "link", "folder", "by-hand.json", "other.json"])
def test_what_it_did_not_write_is_not_replaced(tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("a thesis\n")
    (tmp_path / "by-hand.json").write_text('{"clusters": [{"name": "real", "host": "10.0.0.1", "port": 22}]}')
    (tmp_path / "other-known_hosts").write_text("github.com ssh-ed25519 AAAA\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("notes.txt")
    os.mkfifo(tmp_path / "pipe")
    said = refused(tmp_path, f'addresses = "{name}"\n', capfd)
    assert said.startswith("addresses: ")
    assert "cannot be written" in said


@pytest.mark.parametrize("key", ["keys", "addresses"])
@pytest.mark.parametrize("value", ["", ".", "..", "/"])
def test_a_path_without_a_name_is_refused(
    tmp_path: Path, key: str, value: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert f":1: {key}: must end in a file name" in refused(tmp_path, f'{key} = "{value}"\n', capfd)


@pytest.mark.parametrize(("key", "value"), [("keys", "out"), ("keys", "out/keys"), ("addresses", "out/at.json")])
def test_a_link_out_of_its_folder_is_not_written_through(
    tmp_path: Path, key: str, value: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "out").symlink_to(tmp_path / "elsewhere")
    assert f":1: {key}: {value} is a link" in refused(tmp_path / "in", f'{key} = "{value}"\n', capfd)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_keys_go_into_no_folder_of_somebody_elses(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "thesis.txt").write_text("all\n")
    assert "papers holds 'thesis.txt'" in refused(tmp_path, 'keys = "papers"\n', capfd)


def test_a_link_among_the_keys_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "client_ed25519").symlink_to(tmp_path / "mine")
    assert "client_ed25519 is not a regular file" in refused(tmp_path, "", capfd)


def test_a_name_that_is_too_long_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert "File name too long" in refused(tmp_path, f'addresses = "{"a" * 5000}"\n', capfd)
    assert "File name too long" in refused(tmp_path, f'keys = "{"a" * 5000}"\n', capfd)


def test_its_own_files_are_written_again(tmp_path: Path) -> None:
    (tmp_path / "clusters.toml").write_text('keys = "out"\naddresses = "out/at.json"\n' + FILE)
    (tmp_path / "out").mkdir()
    for _ in range(2):
        with serving("clusters", "serve", "clusters.toml", where=tmp_path) as served:
            assert served.end(signal.SIGTERM)[0] == 0


def test_a_second_server_of_the_same_addresses_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "clusters.toml"
    path.write_text(FILE)
    (tmp_path / "other.toml").write_text("addresses = 'clusters.txt'\n" + FILE)
    with serving("clusters", "serve", "clusters.toml", where=tmp_path) as served:
        written = {each.name: each.read_bytes() for each in tmp_path.glob("clusters*")}
        for name, addresses in {"clusters.toml": "clusters.json", "other.toml": "clusters.txt"}.items():
            assert invoke(["clusters", "serve", str(tmp_path / name)]) == Exit.BAD_INPUT
            said = capfd.readouterr().err
            assert said.startswith(f"addresses: {tmp_path / addresses}: another process serves clusters")
            assert said.count("\n") == 1
        assert {each.name: each.read_bytes() for each in tmp_path.glob("clusters*")} == written
        assert served.end(signal.SIGINT)[0] == 0
    assert not list(tmp_path.glob(".*"))
    with serving("clusters", "serve", "clusters.toml", where=tmp_path) as served:
        assert served.end(signal.SIGINT)[0] == 0


@pytest.mark.parametrize("head", ["", 'keys = "out"\naddresses = "out/at.json"\n'])
def test_what_a_killed_server_left_keeps_nobody_out(tmp_path: Path, head: str) -> None:
    (tmp_path / "clusters.toml").write_text(head + FILE)
    (tmp_path / "out").mkdir()
    with serving("clusters", "serve", "clusters.toml", where=tmp_path) as served:
        served.process.kill()
        served.process.wait()
    with serving("clusters", "serve", "clusters.toml", where=tmp_path) as served:
        assert served.end(signal.SIGINT)[0] == 0
