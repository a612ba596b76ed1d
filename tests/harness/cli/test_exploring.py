"""`explore` finds, shrinks and saves; `replay` plays what was saved."""

import json
from pathlib import Path

import pytest

from harness.cli.entry import invoke
from harness.cli.exits import Exit

SEAMS = ("--seams", "processor=harness.mutants.fails_on_silence:SEAMS")


def test_a_bug_that_is_put_in_is_found_saved_and_played_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "found"
    assert invoke(["explore", "explore", *SEAMS, "--runs", "60", "--out", str(out), "--json"]) == Exit.INVALID
    (failure,) = json.loads(capsys.readouterr().out)["failures"]
    assert (failure["events"], failure["arrivals"], failure["minimal"]) == (1, 1, True)
    assert (out / "failure-1" / "regression.toml").is_file()
    assert (out / "failure-1" / "report.html").is_file()
    assert invoke(["replay", str(out / "failure-1")]) == Exit.VALID
    assert capsys.readouterr().out == "the same history, byte for byte: invalid\n"
    assert invoke(["explore", "explore", *SEAMS, "--runs", "60", "--out", str(out)]) == Exit.BAD_INPUT


def test_a_correct_pipeline_gives_nothing_to_save(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "found"
    assert invoke(["explore", "explore", "--runs", "5", "--out", str(out)]) == Exit.VALID
    assert capsys.readouterr().out.startswith("5 runs, ")
    assert list(out.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--seams", "kitchen=a:B"), "PART is one of api, processor, gateway"),
        (("--seams", "processor"), "needs the form PART=module:attribute"),
        (("--seams", "processor=no_such_module:SEAMS"), "no_such_module"),
        (("--time", "soon"), "soon"),
    ],
)
def test_what_cannot_be_read_is_named(
    arguments: tuple[str, ...], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["explore", "explore", "--runs", "1", *arguments]) == Exit.BAD_INPUT
    (line,) = capsys.readouterr().err.splitlines()
    assert complaint in line
