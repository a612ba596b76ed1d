"""A dialect that cannot be read is a mistake of the scenario, seen before anything starts."""

from pathlib import Path

import pytest

from harness.cli.entry import invoke
from harness.cli.exits import Exit
from tests.harness.scenario.samples import CALM


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("/etc/passwd", "no dialect '/etc/passwd'"),
        ("/dev/zero", "no dialect '/dev/zero'"),
        ("latin.toml", "latin.toml:1: not UTF-8 text"),
        ("missing.toml", "missing.toml: cannot be read"),
    ],
)
@pytest.mark.parametrize("command", ["lint", "run"])
def test_it_is_refused_with_file_line_and_key(
    tmp_path: Path, command: str, name: str, why: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "latin.toml").write_bytes(b"# \xe9t\xe9\n")
    path = tmp_path / "calm.toml"
    path.write_text(CALM.replace("[clusters.north]", f'[clusters.north]\ndialect = "{name}"'))
    line = path.read_text().splitlines().index(f'dialect = "{name}"') + 1
    assert invoke([command, str(path)]) == Exit.BAD_INPUT
    said = capfd.readouterr().err
    assert said.startswith(f"{path}:{line}: clusters.north.dialect: ")
    assert why in said
    assert said.count("\n") == 1
