"""`run --world model` from the command line: the reports of every world, and replications with their intervals."""

import json
from pathlib import Path

import pytest

from harness.cli.entry import invoke
from reports.journal import read_journal
from reports.verdicts import Verdict
from tests.harness.model.scenes import KILLED


def test_replications_are_noted_with_their_intervals_and_in_the_command_that_repeats_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "out"
    words = ("run", "happy_path", "--world", "model", "--replications", "2", "--json", "--out", str(folder))
    assert invoke(words) == 0
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert run["world"] == "model"
    assert run["command"].endswith("--replications 2 --world model")
    assert sum("95 % interval of 2 replications" in note for note in run["notes"]) == 4
    assert (folder / "report.html").exists()


def test_the_verdict_is_the_gravest_of_all_replications(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    killed, folder = tmp_path / "killed.toml", tmp_path / "out"
    killed.write_text(KILLED)
    words = ("run", str(killed), "--world", "model", "--replications", "2", "--json", "--out", str(folder))
    assert invoke(words) == 1
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert (run["verdict"], run["seed"], run["exit"]) == ("invalid", 2, 1)
    assert "--seed 1 --replications 2" in run["command"]
    assert "2 replications were judged: 1 invalid, 1 valid" in run["notes"]
    assert "invalid (L1): 1 of 2 replications, with --seed 2" in run["notes"]
    assert read_journal(folder / "journal.json").verdict is Verdict.INVALID
    junit = (folder / "junit.xml").read_text()
    assert "<failure" in junit
    assert "with --seed 2" in junit
    assert invoke(["run", *words[1:4], "--seed", "1", "--out", str(tmp_path / "first")]) == 0
    capsys.readouterr()
    assert invoke(["report", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "INVALID" in shown
    assert "with --seed 2" in shown


def test_replications_are_for_the_model_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["run", "happy_path", "--replications", "2"]) == 64
    assert "--replications: needs --world model" in capsys.readouterr().err
