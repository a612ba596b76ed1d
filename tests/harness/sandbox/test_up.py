"""`spoolproof up`, its page and the commands beside it, as processes."""

import json
import os
import signal
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from itertools import takewhile
from pathlib import Path
from socket import socket
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from harness.cli.document import JSON_KEYS
from harness.cli.entry import invoke
from harness.sandbox.folder import SandboxFolder
from harness.sandbox.up_file import UpFile, read_up_file
from harness.scenario.parse import parse_scenario
from reports.journal import read_journal
from reports.verdicts import Verdict
from tests.harness.cli.serving import serving

_WITHIN = 60.0


def _until(found: Callable[[], object]) -> None:
    for _ in range(int(_WITHIN / 0.1)):
        if found():
            return
        Event().wait(0.1)
    raise AssertionError("it did not come about")


def _client(up: UpFile) -> httpx.Client:
    return httpx.Client(base_url=up.page, headers={"Authorization": f"Bearer {up.token}"}, timeout=30, trust_env=False)


def _where(folder: Path) -> UpFile:
    up = read_up_file(SandboxFolder(root=folder).up)
    assert up is not None
    return up


def _has_one_share(client: httpx.Client) -> bool:
    return _shares(client) == {"active": 1}


def _shares(client: httpx.Client) -> dict[str, int]:
    found: dict[str, int] = client.get("/status").json()["shares"]
    return found


@pytest.mark.timeout(240)
def test_a_sandbox_keeps_its_shares_over_a_start_and_ends_without_a_trace(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder, temporary = tmp_path / "box", tmp_path / "temporary"
    temporary.mkdir()
    words = ("up", "--no-browser", "--folder", "box")  # relative, as it is by default
    with serving(*words, where=tmp_path, temporary=temporary) as served:
        up = _where(folder)
        assert (SandboxFolder(root=folder).up.stat().st_mode & 0o777) == 0o600
        assert served.lines[0] == f"page: {up.url}"
        with _client(up) as client:
            answer = client.post(
                "/portal", data={"ask": "create", "location": "south", "name": "kept", "size": "1 GiB"}
            )
            assert answer.text == "create south/kept: 202"
            client.post("/clusters/south/faults", data={"kind": "reply_lost", "for": "once"})
            refused = client.post("/portal", data={"ask": "create", "location": "nowhere", "name": "kept"})
            assert (refused.status_code, "no cluster" in refused.text) == (422, True)
            _until(lambda: _shares(client) == {"active": 1})
        assert invoke(["up", "--no-browser", "--folder", str(folder)]) == 64
        refused_start = capfd.readouterr().err
        assert f"a sandbox runs (process {served.process.pid}, page {up.page}) there already" in refused_start
        assert f"`spoolproof down --folder {folder}` ends it" in refused_start
        assert refused_start.count("\n") == 1
        assert invoke(["down", "--folder", str(folder), "--json"]) == 0
        assert json.loads(capfd.readouterr().out) == {"ended": True, "folder": str(folder)}
        assert served.process.wait(timeout=30) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["sandbox", "state"]
    assert _listening(up) == set()
    with serving(*words, where=tmp_path, temporary=temporary) as served:
        before, up = up, _where(folder)
        assert up.url == before.url, "a page that is open goes on"
        assert len(_listening(up)) == 4 + len(up.clusters)
        with _client(up) as client:
            _until(lambda: _shares(client) == {"active": 1})
            cluster = client.get("/status").json()["clusters"]["south"]
            assert cluster["shares"] == 1
            _until(lambda: "south/kept: pending" in _first_events(client))
            assert "by hand: fault-on south reply_lost" in _first_events(client)
            _until(lambda: _verdict(client)["final"])
            assert _verdict(client)["broken"] == []  # what was told before the start counts: it is told once more
            served.process.send_signal(signal.SIGKILL)
        served.process.wait(timeout=30)
    _until(lambda: not SandboxFolder(root=folder).running.exists())
    _until(lambda: not _processes_of(folder))
    assert _listening(up) == set()
    assert list(temporary.iterdir()) == []


@pytest.mark.timeout(240)
def test_two_sandboxes_run_side_by_side_each_with_a_folder_of_its_own(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    with ExitStack() as stack:
        for folder in folders:
            stack.enter_context(serving("up", "--no-browser", "--folder", str(folder), where=tmp_path))
        for folder in folders:
            with _client(_where(folder)) as client:
                client.post("/portal", data={"ask": "create", "location": "south", "name": folder.name})
                _until(partial(_has_one_share, client))
        assert invoke(["down", "--folder", str(folders[0])]) == 0
        with _client(_where(folders[1])) as client:
            assert _shares(client) == {"active": 1}


@pytest.mark.timeout(240)
def test_a_seeded_bug_turns_the_verdict_and_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "box"
    words = ("up", "--no-browser", "--folder", str(folder), "--mutant", "api_removes")
    with serving(*words, where=tmp_path) as served, _client(_where(folder)) as client:
        share = {"location": "south", "name": "one"}
        client.post("/portal", data={"ask": "create", **share})
        _until(lambda: _shares(client) == {"active": 1})
        _until(lambda: _verdict(client)["final"])
        assert _verdict(client) == {"verdict": "valid", "final": True, "broken": []}
        client.post("/portal", data={"ask": "delete", **share})
        _until(lambda: "S11" in _verdict(client)["broken"])
        saved = client.get("/scenario.toml").text
        kinds = [row.kind.value for row in parse_scenario(saved, "by-hand.toml").workload.requests]
        assert kinds == ["create", "delete"]
        (tmp_path / "journal.json").write_bytes(client.get("/journal.json").content)
        journal = read_journal(tmp_path / "journal.json")
        assert "S11" in {row.invariant for row in journal.findings if row.verdict is Verdict.INVALID}
        up = _where(folder)
        assert served.end(signal.SIGINT)[0] == 0
    assert _listening(up) == set()
    assert _processes_of(folder) == []


def _first_events(client: httpx.Client) -> str:
    """What a browser is sent first that had seen ten lines before the start: all lines, which have a number."""
    with client.stream("GET", "/events", headers={"Last-Event-ID": "earlier-10"}) as answer:
        lines = answer.iter_lines()
        seen = "\n".join(takewhile(lambda line: not line.startswith("id: "), lines))
        assert seen.endswith("event: resync")
        return "\n".join(takewhile(bool, lines))


def _listening(up: UpFile) -> set[int]:
    """The ports of the sandbox that take connections."""
    urls = [up.page, up.gateway, *(url for url in up.parts.values() if url is not None)]
    ports = {urlsplit(url).port or 0 for url in urls} | {cluster.port for cluster in up.clusters}
    return {port for port in ports if _takes_connections(port)}


def _takes_connections(port: int) -> bool:
    with socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def _verdict(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/status").json()["verdict"]
    return found


def _processes_of(folder: Path) -> list[str]:
    """Those that have anything to do with the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in words:
            found.append(words.decode(errors="replace"))
    return found


def test_what_up_prints_for_programs_has_the_keys_of_the_docs() -> None:
    assert JSON_KEYS["up"] == (*UpFile.__dataclass_fields__, "url")


@pytest.mark.parametrize("command", ["down", "status", "reset"])
def test_where_nothing_runs_that_is_said(command: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke([command, "--folder", str(tmp_path / "none")]) == (1 if command == "status" else 0)
    assert len(capfd.readouterr().out.splitlines()) == 1
    assert not (tmp_path / "none").exists()


def test_a_seeded_bug_that_there_is_not_is_one_clear_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["up", "--folder", str(tmp_path / "box"), "--mutant", "forgets"]) == 64
    assert "no seeded bug 'forgets'" in capfd.readouterr().err
    assert not (tmp_path / "box").exists()
