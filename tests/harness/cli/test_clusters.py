"""`spoolproof clusters serve` says where the clusters are, and ends well at Ctrl-C."""

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
