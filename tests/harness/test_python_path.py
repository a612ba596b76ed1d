"""No code of the folder in which the lab is used is run, though its packages may have the names of the lab's own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.python_path import ROOT, child_environment
from tests.foreign import MODULES, make_foreign_folder, ran, run_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_foreign_folder(tmp_path / "theirs")


def _spoolproof(folder: Path, *arguments: str, python_path: str | None = None) -> "subprocess.CompletedProcess[str]":
    """As the console script that an installation makes: the working directory is on no path of it."""
    script = "from spoolproof._start import main; main()"
    return run_in(folder, sys.executable, "-P", "-c", script, *arguments, python_path=python_path)


@pytest.mark.slow
def test_a_live_run_starts_no_part_from_there(folder: Path) -> None:
    done = _spoolproof(folder, "run", "calm.toml", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert not ran(folder)


@pytest.mark.parametrize("options", [("--world", "virtual"), ("--world", "model", "--replications", "2")])
def test_neither_do_worlds_in_this_process_and_in_a_pool(folder: Path, options: tuple[str, ...]) -> None:
    done = _spoolproof(folder, "run", "calm.toml", *options, "--out", "out")
    assert done.returncode == 0, done.stderr
    assert not ran(folder)


@pytest.mark.parametrize("python_path", [f".{os.pathsep}", "", f"{ROOT}{os.pathsep}{os.pathsep}"])
def test_what_python_path_says_of_the_working_directory_counts_for_nothing(folder: Path, python_path: str) -> None:
    for name in MODULES:  # what Python itself imports before the lab can do anything about it
        (folder / f"{name}.py").unlink()
    done = _spoolproof(folder, "run", "calm.toml", "--world", "virtual", "--out", "out", python_path=python_path)
    assert done.returncode == 0, done.stderr
    assert not ran(folder)


def test_python_m_spoolproof_runs_nothing_of_the_folder(folder: Path) -> None:
    for name in MODULES:  # what Python itself imports before the lab can do anything about it
        (folder / f"{name}.py").unlink()
    (folder / "rich.py").write_text("raise SystemExit('foreign code')\n")
    done = run_in(folder, sys.executable, "-m", "spoolproof", "run", "calm.toml", "--world", "virtual", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert not ran(folder)


def test_child_processes_get_the_labs_packages_first_and_nothing_relative(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "kept").mkdir()
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", ".", "relative", str(folder), str(tmp_path / "kept")]))
    environment = child_environment()
    assert environment["PYTHONPATH"].split(os.pathsep) == [str(ROOT), str(tmp_path / "kept")]
    assert environment["PYTHONSAFEPATH"] == "1"
