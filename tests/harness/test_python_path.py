"""No code of the folder in which the lab is used is run, though its packages may have the names of the lab's own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.python_path import ROOT, child_environment
from tests.harness.scenario.samples import CALM

PACKAGES = ("connector", "fake_clusters", "harness", "pipeline", "reports", "scenarios")
MODULES = ("typer", "json", "multiprocessing", "runpy", "sitecustomize")
FOREIGN = "import os\nopen(os.environ['FOREIGN'], 'a').write(__name__)\nraise SystemExit('foreign code')\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A user's folder with packages and modules of names that the lab uses; each tells in `foreign` that it ran."""
    folder = tmp_path / "theirs"
    for name in PACKAGES:
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(FOREIGN)
        (folder / name / "__main__.py").write_text(FOREIGN)
    for name in MODULES:
        (folder / f"{name}.py").write_text(FOREIGN)
    (folder / "calm.toml").write_text(CALM)
    return folder


def _run(folder: Path, *words: str, python_path: str | None = None) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["FOREIGN"] = str(folder.parent / "foreign")
    if python_path is not None:
        environment["PYTHONPATH"] = python_path
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=110)


def _spoolproof(folder: Path, *arguments: str, python_path: str | None = None) -> "subprocess.CompletedProcess[str]":
    """As the console script that an installation makes: the working directory is on no path of it."""
    script = "import sys; from harness.cli import main; main()"
    return _run(folder, sys.executable, "-P", "-c", script, *arguments, python_path=python_path)


@pytest.mark.slow
def test_a_live_run_starts_no_part_from_there(folder: Path) -> None:
    done = _spoolproof(folder, "run", "calm.toml", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert not (folder.parent / "foreign").exists()


@pytest.mark.parametrize("options", [("--world", "virtual"), ("--world", "model", "--replications", "2")])
def test_neither_do_worlds_in_this_process_and_in_a_pool(folder: Path, options: tuple[str, ...]) -> None:
    done = _spoolproof(folder, "run", "calm.toml", *options, "--out", "out")
    assert done.returncode == 0, done.stderr
    assert not (folder.parent / "foreign").exists()


@pytest.mark.parametrize("python_path", [f".{os.pathsep}", "", f"{ROOT}{os.pathsep}{os.pathsep}"])
def test_what_python_path_says_of_the_working_directory_counts_for_nothing(folder: Path, python_path: str) -> None:
    for name in ("harness", *MODULES):  # what Python itself imports before the lab can do anything about it
        path = folder / name if (folder / name).is_dir() else folder / f"{name}.py"
        path.rename(folder.parent / path.name)
    done = _spoolproof(folder, "run", "calm.toml", "--world", "virtual", "--out", "out", python_path=python_path)
    assert done.returncode == 0, done.stderr
    assert not (folder.parent / "foreign").exists()


def test_python_m_harness_runs_nothing_of_a_folder_but_a_harness(folder: Path) -> None:
    for name in ("harness", *MODULES):  # what Python itself imports before the lab can do anything about it
        path = folder / name if (folder / name).is_dir() else folder / f"{name}.py"
        path.rename(folder.parent / path.name)
    (folder / "rich.py").write_text(FOREIGN)
    done = _run(folder, sys.executable, "-m", "harness", "run", "calm.toml", "--world", "virtual", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert not (folder.parent / "foreign").exists()


def test_child_processes_get_the_labs_packages_first_and_nothing_relative(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "kept").mkdir()
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", ".", "relative", str(folder), str(tmp_path / "kept")]))
    environment = child_environment()
    assert environment["PYTHONPATH"].split(os.pathsep) == [str(ROOT), str(tmp_path / "kept")]
    assert environment["PYTHONSAFEPATH"] == "1"
