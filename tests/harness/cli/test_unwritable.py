"""A result is shown before its files are written: where these cannot be, stderr and the exit code say so as well."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.entry import invoke
from harness.cli.exits import Exit, with_unwritten
from harness.cli.saved_failures import RECORD
from tests.harness.scenario.samples import CALM

FAULT = """
[[faults]]
kind = "reply_lost"
label = "lost"
verbs = ["delete"]
"""


LOST = """
[[faults]]
kind = "reply_lost"
label = "lost creates"
verbs = ["create"]
"""


@pytest.fixture
def calm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "calm.toml"
    path.write_text(CALM)
    return path


def _blocked(folder: Path) -> str:
    """A folder of earlier results whose journal cannot be replaced, not even by root: a folder lies in its place."""
    (folder / "journal.json").mkdir(parents=True)
    return str(folder)


@pytest.mark.parametrize(
    ("head", "verdict", "code"),
    [
        ("", "VALID", Exit.VALID_UNWRITTEN),
        ("expect = { lost = 1 }\n", "UNKNOWN", Exit.UNKNOWN_UNWRITTEN),
        ('gates = ["count(create.accept) > 1000"]\n', "VALID", Exit.GATE_FAILED_UNWRITTEN),
    ],
)
def test_the_verdict_comes_first_and_the_exit_code_says_both(
    calm: Path, capfd: pytest.CaptureFixture[str], head: str, verdict: str, code: Exit
) -> None:
    calm.write_text(head + CALM + FAULT)
    out = _blocked(calm.parent / "out")
    assert invoke(["run", "calm.toml", "--world", "model", "--out", out, "--force"]) == code
    shown = capfd.readouterr()
    assert verdict in shown.out
    assert "report:" not in shown.out
    assert shown.err.splitlines()[-1] == f"{out}/journal.json: cannot be written: Is a directory"


def test_the_object_says_it_too_and_the_next_scenario_is_played(calm: Path, capfd: pytest.CaptureFixture[str]) -> None:
    calm.with_name("other.toml").write_text(CALM)
    _blocked(calm.parent / "out" / "calm")
    arguments = ["run", "calm.toml", "other.toml", "--world", "model", "--out", "out", "--force", "--json"]
    assert invoke(arguments) == Exit.VALID_UNWRITTEN
    shown = json.loads(capfd.readouterr().out)
    assert shown["exit"] == Exit.VALID_UNWRITTEN
    assert [(run["verdict"], run["written"]) for run in shown["runs"]] == [("valid", False), ("valid", True)]
    assert (calm.parent / "out" / "other" / "journal.json").is_file()


def test_a_closed_stdout_costs_nobody_the_files(calm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*arguments: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("harness.cli.run.print_summary", gone)
    monkeypatch.setattr("harness.cli.results_folder.detach_stdout", lambda: None)
    assert invoke(["run", "calm.toml", "--world", "model", "--out", "out"]) == Exit.VALID_UNWRITTEN
    assert (calm.parent / "out" / "journal.json").is_file()


_FULL = ("{} >/dev/full", "stdout: cannot be written: No space left on device")
_CLOSED = ("{} > >(exec <&-) ", "spoolproof: stdout was closed")


@pytest.mark.parametrize(
    ("design", "head", "code", "redirected", "said", "json"),
    [
        ("spool", "", Exit.VALID_UNWRITTEN, *_FULL, " --json"),
        ("blocking", "", Exit.INVALID_UNWRITTEN, *_CLOSED, ""),
        ("spool", "expect = { lost = 1 }\n", Exit.UNKNOWN_UNWRITTEN, *_CLOSED, " --json"),
        ("spool", 'gates = ["count(create.accept) > 1000"]\n', Exit.GATE_FAILED_UNWRITTEN, *_FULL, ""),
    ],
    ids=["valid", "invalid", "unknown", "gate failed"],
)
def test_a_stdout_that_takes_nothing_costs_nobody_the_verdict(
    calm: Path, design: str, head: str, code: Exit, redirected: str, said: str, json: str
) -> None:
    calm.write_text(head + CALM + FAULT + (LOST if design == "blocking" else ""))
    words = (
        f"{shlex.quote(sys.executable)} -m spoolproof run calm.toml --world model --pipeline {design} --out out{json}"
    )
    done = subprocess.run(
        ["bash", "-c", redirected.format(words)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr.splitlines()[-1]) == (code, said)
    assert (calm.parent / "out" / "journal.json").is_file()


def test_a_comparison_is_shown_though_its_page_and_a_journal_cannot_be_written(
    calm: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (calm.parent / "out" / "comparison.html").mkdir(parents=True)
    _blocked(calm.parent / "out" / "spool")
    arguments = ["compare", "calm.toml", "--pipelines", "spool,blocking", "--world", "model", "--out", "out", "--force"]
    assert invoke(arguments) == Exit.VALID_UNWRITTEN
    shown = capfd.readouterr()
    assert "blocking" in shown.out
    assert "out/spool/journal.json: cannot be written" in shown.err
    assert "out/comparison.html: cannot be written" in shown.err


def test_an_agreement_is_shown_though_it_cannot_be_written(calm: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (calm.parent / "out" / "agreement.json").mkdir(parents=True)
    arguments = ["agree", "calm.toml", "--worlds", "model,virtual", "--out", "out", "--force"]
    assert invoke(arguments) == Exit.VALID_UNWRITTEN
    shown = capfd.readouterr()
    assert "calm, seed 1" in shown.out
    assert "agreement.json: cannot be written" in shown.err


def test_a_replay_is_told_though_it_cannot_be_written(calm: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["run", "calm.toml", "--world", "virtual", "--out", "first"]) == Exit.VALID
    out = _blocked(calm.parent / "out")
    assert invoke(["replay", "first", "--out", out, "--force"]) == Exit.VALID_UNWRITTEN
    shown = capfd.readouterr()
    assert "the same history" in shown.out
    assert "cannot be written" in shown.err


def test_what_exploring_found_is_told_though_it_cannot_be_written(
    calm: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = calm.parent / "out"
    _blocked(out / "failure-1")
    (out / RECORD).write_text("{}")
    overrides = "processor=harness.mutants.activates_half_made:OVERRIDES"
    arguments = [
        "explore",
        "explore",
        "--runs",
        "60",
        "--shrink",
        "0",
        "--overrides",
        overrides,
        "--out",
        str(out),
        "--force",
    ]
    assert invoke(arguments) == Exit.INVALID_UNWRITTEN
    shown = capfd.readouterr()
    assert "violated after" in shown.out
    assert "journal.json: cannot be removed" in shown.err


def test_what_is_no_result_has_no_other_code() -> None:
    assert with_unwritten(Exit.INTERRUPTED) is Exit.INTERRUPTED
    results = (Exit.VALID, Exit.INVALID, Exit.UNKNOWN, Exit.GATE_FAILED)
    assert [int(with_unwritten(code)) for code in results] == [80, 81, 82, 83]
