"""`spoolproof pipeline serve` says where its parts are, and ends well at Ctrl-C."""

import json
import os
import signal
from pathlib import Path

import httpx
import pytest

from connector.targets import Target, write_targets
from harness.cli.entry import invoke
from harness.cli.exits import Exit
from tests.harness.cli.serving import serving


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_parts_are_served_until_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "settings.toml").write_text('store = "shares.db"\nauth.mode = "none"\n')
    arguments = ("pipeline", "serve", "settings.toml", "--parts", "api,gateway", "--ready", "ready.json")
    with serving(*arguments, where=tmp_path) as served:
        urls = {part: row["url"] for part, row in json.loads((tmp_path / "ready.json").read_text()).items()}
        listing = httpx.get(f"{urls['gateway']}/v1/shares")
        code, said = served.end(number)
    assert listing.status_code == 200
    assert code == 0
    assert "Traceback" not in said
    assert served.lines[:2] == [f"api: {urls['api']}", f"gateway: {urls['gateway']}"]


@pytest.mark.parametrize("options", [(), ("-v",)])
def test_it_says_at_once_that_it_starts_and_logs_what_it_does_on_demand(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    (tmp_path / "settings.toml").write_text('store = "shares.db"\ntargets = "clusters.json"\nauth.mode = "none"\n')
    write_targets(
        tmp_path / "clusters.json",
        [Target(name="north", host="127.0.0.1", port=1, username="u", password="p", insecure=True)],
    )
    with serving("pipeline", "serve", "settings.toml", *options, where=tmp_path) as served:
        api = served.lines[0].removeprefix("api: ")
        share = {"location": "north", "name": "home", "size": 1 << 20}
        assert httpx.post(f"{api}/v1/shares", json=share).status_code == 202
        code, said = served.end(signal.SIGTERM)
    first, *log, last = said.splitlines()
    assert code == 0
    assert (first, last) == (
        "spoolproof: starting api, processor, gateway",
        "spoolproof: stopping (Ctrl-C again: exit at once)",
    )
    assert not [line for line in log if "asyncssh" in line]
    assert any(" INFO " in line for line in log) is bool(options)


@pytest.mark.parametrize(
    ("text", "parts", "complaint"),
    [
        ("[api]\nprt = 1\n", "api", ":2: api.prt: unknown key (did you mean 'port'?)"),
        ("", "api,spool", "accepted: api, relay, processor, notifier, gateway"),
        ("", "processor", "targets: a processor needs the clusters' address file"),
        ("", "gateway", "gateway.upstream: "),
        ('targets = "none.json"\n', "processor", "none.json: cannot be read"),
    ],
)
def test_what_cannot_be_served_is_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str, parts: str, complaint: str
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    assert invoke(["pipeline", "serve", str(path), "--parts", parts]) == Exit.BAD_INPUT
    said = capfd.readouterr().err
    assert complaint in said
    assert "Traceback" not in said


@pytest.mark.parametrize("name", ["settings.toml", "notes.json", "link", "folder", "nowhere/ready.json", "a" * 5000])
def test_where_it_is_ready_is_not_told_over_what_it_did_not_write(
    tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings.toml").write_text(f'store = "{tmp_path}/shares.db"\nauth.mode = "none"\n')
    (tmp_path / "notes.json").write_text('{"api": "a thesis"}')
    (tmp_path / "link").symlink_to("notes.json")
    (tmp_path / "folder").mkdir()
    before = {each: each.lstat().st_ino for each in tmp_path.iterdir()}
    options = ["--parts", "api", "--ready", str(tmp_path / name)]
    assert invoke(["pipeline", "serve", str(tmp_path / "settings.toml"), *options]) == Exit.BAD_INPUT
    shown = capfd.readouterr().err
    assert "cannot be written: " in shown
    assert shown.count("\n") == 1
    assert {each: each.lstat().st_ino for each in tmp_path.iterdir()} == before


@pytest.mark.parametrize("key", ["store", "targets"])
def test_a_setting_that_names_no_file_is_refused(tmp_path: Path, key: str, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "settings.toml").write_text(f'{key} = ""\n')
    assert invoke(["pipeline", "serve", str(tmp_path / "settings.toml")]) == Exit.BAD_INPUT
    assert f":1: {key}: must end in a file name" in capfd.readouterr().err


@pytest.mark.parametrize("key", ["store", "targets"])
def test_a_pipe_in_the_place_of_a_file_is_refused_at_once(
    tmp_path: Path, key: str, capfd: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "pipe")
    others = "" if key == "store" else f'store = "{tmp_path}/shares.db"\n'
    (tmp_path / "settings.toml").write_text(f'{others}auth.mode = "none"\n{key} = "{tmp_path}/pipe"\n')
    assert invoke(["pipeline", "serve", str(tmp_path / "settings.toml"), "--parts", "api"]) == Exit.BAD_INPUT
    assert "is not a regular file" in capfd.readouterr().err


def test_a_reconcile_of_a_store_that_is_not_there_makes_none(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "targets.json").write_text('{"clusters": []}')
    file = tmp_path / "pipeline.toml"
    file.write_text(f'store = "{tmp_path}/typo.db"\ntargets = "{tmp_path}/targets.json"\n')
    assert invoke(["pipeline", "reconcile", str(file)]) == Exit.BAD_INPUT
    assert "typo.db does not exist: there is nothing to reconcile" in capfd.readouterr().err
    assert not (tmp_path / "typo.db").exists()
