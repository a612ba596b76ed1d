"""A user's folder whose packages and modules have names that the lab uses too; each that is run says so in a file."""

import os
import subprocess
from pathlib import Path

from tests.harness.scenario.samples import CALM

__all__ = ["MODULES", "PACKAGES", "make_foreign_folder", "ran", "run_in"]

PACKAGES = ("connector", "fake_clusters", "harness", "pipeline", "reports", "scenarios")
MODULES = ("typer", "json", "multiprocessing", "runpy", "sitecustomize")
_FOREIGN = "import os\nopen(os.environ['FOREIGN'], 'a').write(__name__)\nraise SystemExit('foreign code')\n"


def make_foreign_folder(folder: Path) -> Path:
    """In a new folder; `calm.toml` is a scenario."""
    for name in PACKAGES:
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(_FOREIGN)
        (folder / name / "__main__.py").write_text(_FOREIGN)
    for name in MODULES:
        (folder / f"{name}.py").write_text(_FOREIGN)
    (folder / "calm.toml").write_text(CALM)
    return folder


def ran(folder: Path) -> str:
    """The names of the user's modules that were run."""
    log = folder.parent / "foreign"
    return log.read_text() if log.exists() else ""


def run_in(folder: Path, *words: str, python_path: str | None = None) -> "subprocess.CompletedProcess[str]":
    """Run a command there, with that PYTHONPATH or none."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["FOREIGN"] = str(folder.parent / "foreign")
    if python_path is not None:
        environment["PYTHONPATH"] = python_path
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=110)
