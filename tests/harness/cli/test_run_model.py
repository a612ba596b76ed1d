"""`run --world model` from the command line: the reports of every world, and replications with their intervals."""

import json
from pathlib import Path

import pytest

from harness.cli.entry import invoke


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


def test_replications_are_for_the_model_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["run", "happy_path", "--replications", "2"]) == 64
    assert "--replications: is for --world model" in capsys.readouterr().err
