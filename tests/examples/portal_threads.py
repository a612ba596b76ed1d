"""`examples/portal_threads` as it is after some of its steps, and a run of it."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["LAST", "STEPS", "Verdict", "capacity", "play", "portal_after"]

_ROOT = Path(__file__).parents[2]
_EXAMPLE = _ROOT / "examples" / "portal_threads"

STEPS = {int(path.name.partition("-")[0]): path for path in sorted((_EXAMPLE / "scenarios").glob("*.toml"))}
"""The scenario of each step."""
LAST = max(STEPS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """output: what the command printed. broken: the invariants that were violated."""

    status: int
    output: str
    broken: frozenset[str]


def portal_after(step: int, where: Path) -> Path:
    """A copy of the example with the patches up to a step applied; 0: as it was first written."""
    folder = where / "portal_threads"
    shutil.copytree(_EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for number in range(1, step + 1):
        subprocess.run([sys.executable, "apply.py", str(number)], cwd=folder, check=True, capture_output=True)
    return folder


def play(folder: Path, scenario: Path) -> Verdict:
    """What `spoolproof run` says of the portal in a folder."""
    ran = _spoolproof(folder, "run", f"scenarios/{scenario.name}", "--out", "results", timeout=110)
    return Verdict(status=ran.returncode, output=ran.stdout + ran.stderr, broken=_broken(folder / "results"))


def capacity(folder: Path, scenario: str, *options: str) -> tuple[int, dict[str, Any]]:
    """The exit status of `spoolproof capacity` for the portal in a folder, and what it found."""
    (folder / "capacity.toml").write_text(scenario, encoding="utf-8")
    ran = _spoolproof(folder, "capacity", "capacity.toml", "--out", "results", "--json", *options, timeout=600)
    assert ran.stdout, ran.stderr
    return ran.returncode, json.loads(ran.stdout)


def _spoolproof(folder: Path, *words: str, timeout: float) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "spoolproof", *words, "--service", "service.toml"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def _broken(results: Path) -> frozenset[str]:
    journal: dict[str, Any] = json.loads((results / "journal.json").read_text(encoding="utf-8"))
    return frozenset(row["invariant"] for row in journal["findings"] if row["verdict"] == "invalid")
