"""The example of contract tests in CI, run as its workflow runs it: outcomes, JUnit, and the summary."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

PROJECT = Path(__file__).parents[2] / "examples" / "contract_ci"
STEPS = re.findall(r"^ +run: (.*)$", (PROJECT / ".github/workflows/contract.yml").read_text(), re.MULTILINE)
SOME = "shares or contract and (create.makes or repeat.create or unclaimed)"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy: what its own run leaves there is no part of the repository."""
    return Path(shutil.copytree(PROJECT, tmp_path / "shares", ignore=shutil.ignore_patterns("build", "__pycache__")))


def step(folder: Path, name: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The first step of the workflow that has this in its command, by a shell as there."""
    (command, *_) = [each for each in STEPS if name in each]
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", command],
        cwd=folder,
        env={**clean, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def options(chosen: str | None) -> str:
    own = "-p no:locust -p no:schemathesis -p no:hypothesispytest -p no:cacheprovider"
    return own if chosen is None else f"{own} -k '{chosen}'"


@pytest.mark.parametrize("chosen", [SOME, pytest.param(None, marks=pytest.mark.soak)])
def test_the_workflow_passes_with_junit_and_summary(project: Path, chosen: str | None) -> None:
    done = step(project, "pytest -n", PYTEST_ADDOPTS=options(chosen))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "fake (instant, filer): conforms" in done.stdout
    root = ElementTree.parse(project / "build/junit.xml").getroot()
    cases = {
        case.get("name", ""): [each.tag for each in case if each.tag != "properties"] for case in root.iter("testcase")
    }
    assert cases["test_contract[fake-filer-repeat.create]"] == []
    assert cases["test_contract[fake-filer-sequence.unclaimed]"] in ([], ["skipped"])
    assert cases["test_contract[fake-filer-mark.unclaimed]"] == ["skipped"]
    assert cases["test_a_share_is_made_once_though_its_reply_is_lost"] == []
    assert not [name for name, tags in cases.items() if set(tags) & {"failure", "error"}]
    summary = project / "step_summary.md"
    assert step(project, "cat", GITHUB_STEP_SUMMARY=str(summary)).returncode == 0
    assert summary.read_text().startswith("## ✅ fake (instant, filer) conforms")


@pytest.mark.soak
def test_a_connector_that_breaks_the_contract_fails_the_job_and_is_named(project: Path) -> None:
    chosen = options("contract and repeat.create]")
    target = "fake --dialect filer --defect repeat.create"
    done = step(project, "pytest -n", PYTEST_ADDOPTS=f"{chosen} --spoolproof-target '{target}'")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "repeat.create (must): A create that is repeated" in done.stdout
    assert "does not conform: 1 clause failed (repeat.create)" in done.stdout
    (failure,) = ElementTree.parse(project / "build/junit.xml").iter("failure")
    assert "repeat.create" in failure.get("message", "")
