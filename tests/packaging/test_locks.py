"""The lock files: hashes, no host of an index, and the same versions for running as for development."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT

LOCKS = sorted({*ROOT.glob("*.lock"), *ROOT.glob("docs/*.lock"), *ROOT.glob("tests/*/*.lock")})


def _pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


def _names(requirements: list[object]) -> set[str]:
    return {re.split(r"[<>=!~ ;\[]", each)[0] for each in requirements if isinstance(each, str)}


def _declared() -> tuple[set[str], set[str]]:
    """The packages that running and development need, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return _names(project["project"]["dependencies"]), _names(project["dependency-groups"]["dev"])


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.relative_to(ROOT)))
def test_a_lock_has_hashes_and_names_no_host(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    requirements = [entry for entry in re.split(r"\n(?=\S)", text) if not entry.startswith("#")]
    assert requirements
    assert [entry for entry in requirements if "--hash=sha256:" not in entry] == []
    assert re.findall(r"https?:|--(?:extra-)?index-url|--find-links", text) == []


def test_running_needs_nothing_of_development() -> None:
    running, development = _declared()
    pins = _pins(ROOT / "requirements.lock")
    assert running <= set(pins)
    assert development.isdisjoint(pins)


def test_development_has_the_same_versions_as_running() -> None:
    running, development = _pins(ROOT / "requirements.lock"), _pins(ROOT / "requirements-dev.lock")
    assert running.items() <= development.items()
    assert _declared()[1] <= set(development)
