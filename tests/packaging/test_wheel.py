"""What the wheel holds, and that it works in a folder whose packages have the names of the lab's own."""

import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.build import build_editable

from tests.foreign import MODULES, PACKAGES, make_foreign_folder, ran, run_in
from tests.packaging.conftest import ROOT, Installed

pytestmark = pytest.mark.xdist_group("wheel")  # which is built once


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_foreign_folder(tmp_path / "theirs")


def _files(folder: Path) -> set[str]:
    """All beside what Python leaves there."""
    paths = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(folder.parent)) for path in paths}


def test_the_wheel_holds_each_file_of_the_packages_once(wheel: Path) -> None:
    held = [name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name]
    rooms = {f"spoolproof/_rooms/{name}" for package in (*PACKAGES, "examples") for name in _files(ROOT / package)}
    assert sorted(held) == sorted(_files(ROOT / "spoolproof") | rooms)


def test_site_packages_gains_one_name(installed: Installed) -> None:
    names = {path.name for path in installed.site.iterdir()} - {"libraries.pth"}
    assert {name for name in names if not name.endswith(".dist-info")} == {"spoolproof"}


def test_an_editable_installation_copies_no_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    wheel = tmp_path / build_editable(str(tmp_path))
    held = [name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name]
    assert [Path(name).suffix for name in held] == [".pth"]


@pytest.mark.parametrize("options", [("--world", "virtual"), ("--world", "model", "--replications", "2")])
def test_the_installed_command_plays_shipped_scenarios_in_a_folder_with_packages_of_the_same_names(
    installed: Installed, folder: Path, options: tuple[str, ...]
) -> None:
    command = str(installed.scripts / "spoolproof")
    done = run_in(folder, command, "run", "happy_path", *options, "--out", "out")
    assert done.returncode == 0, done.stderr
    assert "VALID" in done.stdout
    assert not ran(folder)


def test_so_do_the_processes_that_it_starts(installed: Installed, folder: Path) -> None:
    done = run_in(folder, str(installed.scripts / "spoolproof"), "run", "calm.toml", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert not ran(folder)


def test_the_installed_command_has_the_examples(installed: Installed, tmp_path: Path) -> None:
    done = run_in(tmp_path, str(installed.scripts / "spoolproof"), "service", "example", "portal_threads")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "portal_threads" / "portal" / "api.py").is_file()


def test_neither_is_the_code_of_the_checkout(installed: Installed, tmp_path: Path) -> None:
    script = "import spoolproof._start as start; start.put_rooms_first(); import harness; print(harness.__file__)"
    done = run_in(tmp_path, installed.python, "-P", "-c", script)
    assert Path(done.stdout.strip()).is_relative_to(installed.site / "spoolproof" / "_rooms")


USES = """
import spoolproof

with spoolproof.clusters(["north", "south"]) as farm:
    farm["north"].add_fault("hang")
    assert farm["south"].shares() == ()
result = spoolproof.run("happy_path", world="virtual", out="out")
assert result.ok, result
print(result.journal)
"""


def test_the_python_api_runs_nothing_of_the_folder_either(installed: Installed, folder: Path) -> None:
    done = run_in(folder, installed.python, "-P", "-c", USES)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(folder / "out" / "journal.json")
    assert not ran(folder)


def test_tests_of_a_project_with_packages_of_the_same_names_use_both(installed: Installed, folder: Path) -> None:
    for name in MODULES:
        (folder / f"{name}.py").unlink()
    for name in PACKAGES:
        (folder / name / "__init__.py").write_text("OWN = True\n")
    body = "".join(f"    {line}\n" for line in USES.splitlines() if line and not line.startswith("import"))
    imports = f"import spoolproof\nimport {', '.join(PACKAGES)}\n"
    own = " and ".join(f"{name}.OWN" for name in PACKAGES)
    (folder / "test_own.py").write_text(f"{imports}\ndef test_own():\n    assert {own}\n{body}")
    done = run_in(folder, installed.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_own.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_another_environment_runs_the_lab_for_one_that_has_only_this_package(
    installed: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPOOLPROOF_PYTHON", installed.python)
    bare = [sys.executable, "-S", "-P", "-c", f"import sys; sys.path.insert(0, {str(installed.site)!r})\n{USES}"]
    done = run_in(tmp_path, *bare)
    assert done.returncode == 0, done.stderr
