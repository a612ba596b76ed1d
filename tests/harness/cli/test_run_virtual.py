"""`run --world virtual`: the same command line, results and exit codes as any world; `--ssh` asks for every byte."""

import json
from pathlib import Path

import pytest

from harness.cli.entry import invoke


@pytest.mark.parametrize(("options", "world"), [((), "virtual"), (("--ssh",), "virtual-ssh")])
def test_a_virtual_run_writes_its_results(
    options: tuple[str, ...], world: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["run", "happy_path", "--world", "virtual", *options, "--out", str(tmp_path), "--json"]) == 0
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert (run["verdict"], run["world"]) == ("valid", world)
    assert {path.name for path in tmp_path.iterdir()} >= {"journal.json", "report.html"}


def test_ssh_is_asked_of_the_virtual_world_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["run", "happy_path", "--world", "model", "--ssh"]) == 64
    assert "--ssh: needs --world virtual" in capsys.readouterr().err
