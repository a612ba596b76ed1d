"""`spoolproof run` refuses bad input before it plays anything, and leaves nothing behind where nothing was played."""

from pathlib import Path

import pytest

from harness.cli.entry import invoke
from harness.cli.exits import Exit
from harness.cli.results_folder import write_results
from tests.harness.cli.journals import journal
from tests.harness.scenario.samples import CALM


@pytest.fixture
def calm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "calm.toml"
    path.write_text(CALM)
    return path


def refused(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> str:
    """What stderr says of input that is refused."""
    assert invoke(["run", *arguments]) == Exit.BAD_INPUT
    shown = capfd.readouterr()
    assert shown.out == ""
    return shown.err


def test_a_missing_file_is_one_clear_line(calm: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert refused(["gone.toml"], capfd) == "gone.toml: cannot be read: no such file or directory\n"


def test_one_bad_scenario_keeps_all_from_being_played(calm: Path, capfd: pytest.CaptureFixture[str]) -> None:
    bad = calm.with_name("bad.toml")
    bad.write_text(CALM.replace("rate = 20", "rat = 20"))
    said = refused([str(calm), str(bad)], capfd)
    assert f"{bad}:5: workload.rat: unknown key (did you mean 'rate'?)" in said
    assert not (calm.parent / "runs").exists()


def test_earlier_results_are_kept(calm: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = calm.parent / "out"
    out.mkdir()
    write_results(out, journal())
    before = (out / "journal.json").read_bytes()
    assert "--force" in refused([str(calm), "--out", str(out)], capfd)
    assert (out / "journal.json").read_bytes() == before


def test_files_of_others_are_kept(calm: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert "not results of a run" in refused([str(calm), "--out", str(calm.parent), "--force"], capfd)


def test_a_folder_that_is_a_file_is_named(calm: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert refused([str(calm), "--out", str(calm)], capfd) == f"{calm}: is not a folder\n"
