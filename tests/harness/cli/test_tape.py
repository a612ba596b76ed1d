"""`spoolproof tape` as a process: Ctrl-C, kill, and what is wrong before anything starts."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.cli.document import JSON_KEYS
from harness.cli.entry import invoke
from harness.tape.exchange import CutBy
from harness.tape.tape_file import read_tape
from spoolproof import Cluster, clusters

pytestmark = pytest.mark.xdist_group("tape")  # what they share is made once

COMMAND = (sys.executable, "-P", "-m", "spoolproof", "tape")
TAPE = 'format = 1\nbegan = 2026-01-02T00:00:00Z\n[[exchanges]]\nsession = 1\nexec = "x"\n'


@pytest.fixture(scope="module")
def north(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cluster, Path]]:
    with clusters("north") as farm:
        yield farm["north"], farm.addresses


@contextmanager
def started(folder: Path, *words: str) -> Iterator[tuple[Any, list[str]]]:
    """The process, and the words of an OpenSSH client that logs in to it."""
    with subprocess.Popen([*COMMAND, *words], cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process, _client_of(process)
        finally:
            process.kill()


def _client_of(process: Any, *, stream: str = "stdout") -> list[str]:
    lines: list[str] = []
    while "Ctrl-C" not in "".join(lines):
        lines.append(getattr(process, stream).readline())
        assert lines[-1], lines
    found = re.search(r"-p (\d+) -o (UserKnownHostsFile=\S+) (\S+)", "".join(lines))
    assert found is not None
    options = (found[2], "LogLevel=ERROR", "BatchMode=yes", "IdentitiesOnly=yes", "StrictHostKeyChecking=yes")
    return ["ssh", "-F", "none", "-p", found[1], *(word for option in options for word in ("-o", option)), found[3]]


def test_ctrl_c_and_kill_leave_a_tape_that_can_be_read(tmp_path: Path, north: tuple[Cluster, Path]) -> None:
    cluster, addresses = north
    cluster.restore()
    for end, name in ((signal.SIGINT, "t.toml"), (signal.SIGKILL, "u.toml")):
        with started(tmp_path, "record", str(addresses), name) as (process, ssh):
            ssh[1:1] = ["-i", str(cluster.client_key)]
            create = f"share create {name} --size 1024 --request-id {name}"
            assert subprocess.run([*ssh, create], check=False, stdout=subprocess.DEVNULL, timeout=60).returncode == 0
            label = cluster.add_fault("hang", verbs=["show"])
            injected = len(cluster.injections())
            with subprocess.Popen([*ssh, "share show x"]) as hanging:
                while len(cluster.injections()) == injected:
                    with pytest.raises(subprocess.TimeoutExpired):
                        hanging.wait(timeout=0.1)
                process.send_signal(end)
                assert process.wait(timeout=60) == (0 if end == signal.SIGINT else -signal.SIGKILL)
            cluster.remove_fault(label)
        exchanges = read_tape(tmp_path / name).exchanges
        assert (exchanges[0].asked, exchanges[0].status) == (create, 0)
        assert [each.cut for each in exchanges[1:]] == ([CutBy.RECORDING] if end == signal.SIGINT else [])
    with started(tmp_path, "replay", "t.toml", "--speed", "max") as (process, ssh):
        done = subprocess.run(
            [*ssh, "share create t.toml --size 1024 --request-id t.toml"], check=False, capture_output=True, timeout=60
        )
        assert (done.returncode, done.stdout) == (0, b'{"done": "create"}\n')
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
        assert "2 exchanges, 1 not used\n  not used: t.toml:" in process.stdout.read()
    assert not list(tmp_path.glob("spoolproof-*"))


PROMPT = """
[[exchanges]]
session = 2
at = 1
typed = ""
stdout = "> "

[[exchanges]]
session = 2
at = 2
typed = "list\\r"
stdout = "nothing\\r\\n> "
"""


def test_a_replay_ends_with_one_object_for_scripts(tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(f"{TAPE}status = 0\n{PROMPT}")
    words = [*COMMAND, "replay", "t.toml", "--any-order", "--json"]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, cwd=tmp_path, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            ssh = _client_of(process, stream="stderr")
            assert subprocess.run([*ssh, "y"], check=False, capture_output=True, timeout=60).returncode == 125
            shown = subprocess.run(ssh, check=False, capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
            assert shown.stdout == b"> "
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 1
    found = json.loads(said)
    assert tuple(found) == JSON_KEYS["tape replay"]
    assert (found["exit"], found["tape"], found["exchanges"]) == (1, "t.toml", 3)
    assert [(each["line"], each["asked"]) for each in found["unused"]] == [(3, "x"), (14, "list\r")]
    (miss,) = found["misses"]
    assert (miss["asked"], miss["nearest"], miss["field"], miss["captured"]) == ("y", 3, "exec", False)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["record", "ssh://u@127.0.0.1:1", "t.toml"], "give either --known-hosts FILE or --host-key SHA256:…"),
        (
            ["record", "ssh://u@127.0.0.1:1", "tape.toml", "--host-key", "SHA256:x"],
            "tape.toml: is there already; use --force",
        ),
        (["record", "fake", "t.toml", "--secret-env", "NOT_THERE"], "the environment variable NOT_THERE is not set"),
        (["record", "fake", "t.toml", "--secret-env", "SHORT"], "SHORT: a secret has at least 4 characters"),
        (["record", "fake", "t.toml", "--secret-file", "none"], "--secret-file: none: cannot be read: No such file"),
        (["record", "fake", "t.toml", "--authorized", "tape.toml"], "--authorized: tape.toml: "),
        (["record", "fake", "t.toml", "--ignore", "("], "--ignore: '(' is no regular expression"),
        (["replay", "none.toml"], "none.toml: cannot be read: no such file or directory"),
        (["replay", "tape.toml", "--speed", "0"], "--speed: '0': accepted: a number above 0, or max"),
        (["show", "tape.toml", "--exchange", "2"], "--exchange: tape.toml has 1 exchange"),
        (["dialect", "empty.toml"], "empty.toml has no command that ended by itself"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHORT", "abc")
    Path("tape.toml").write_text(TAPE)
    Path("empty.toml").write_text(TAPE.partition("[[")[0])
    assert invoke(["tape", *words]) in {64, 80}
    told = capfd.readouterr().err
    assert message in told
    assert "Traceback" not in told
    assert not Path("t.toml").exists()


def test_a_tape_is_shown_whole_in_parts_and_as_a_transcript(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    tape = tmp_path / "t.toml"
    tape.write_text(TAPE + 'stdout = "one\\ntwo\\n"\nstatus = 3\n')
    assert invoke(["tape", "show", str(tape)]) == 0
    assert "exit 3, 8 bytes" in capfd.readouterr().out
    assert invoke(["tape", "show", str(tape), "--exchange", "1"]) == 0
    assert "--- stdout\none\ntwo" in capfd.readouterr().out
    assert invoke(["tape", "show", str(tape), "--transcript"]) == 0
    assert capfd.readouterr().out == "$ x\none\ntwo\n[exit 3]\n"
