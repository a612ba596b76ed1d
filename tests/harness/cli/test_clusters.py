"""`spoolproof clusters serve` says where the clusters are, and ends well at Ctrl-C."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from connector.targets import read_targets
from harness.cli.entry import invoke
from harness.cli.exits import Exit

FILE = """\
[clusters.north]
[clusters.south]
dialect = "filer"
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_clusters_are_served_until_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    path = tmp_path / "clusters.toml"
    path.write_text(FILE)
    command = [sys.executable, "-m", "harness", "clusters", "serve", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        lines: list[str] = []
        while not lines or not lines[-1].startswith("Ctrl-C"):
            lines.append(process.stdout.readline())
            assert lines[-1], process.stderr.read()
        targets = read_targets(tmp_path / "clusters.json")
        process.send_signal(number)
        assert process.wait(timeout=20) == 0
        assert "Traceback" not in process.stderr.read()
    assert [target.name for target in targets] == ["north", "south"]
    assert f"ssh -p {targets[0].port} " in lines[0]
    assert lines[0].startswith("north: ")


def test_a_bad_file_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "clusters.toml"
    path.write_text("[clusters.north]\ndialekt = 'filer'\n")
    assert invoke(["clusters", "serve", str(path)]) == Exit.BAD_INPUT
    assert capfd.readouterr().err.startswith(f"{path}:2: clusters.north.dialekt: unknown key (did you mean 'dialect'?)")


def test_a_port_that_is_taken_is_one_clear_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "clusters.toml"
    path.write_text("[clusters.north]\nport = 1\nhost = 'x'\n")
    assert invoke(["clusters", "serve", str(path)]) == Exit.BAD_INPUT
    assert capfd.readouterr().err.count("\n") == 1
