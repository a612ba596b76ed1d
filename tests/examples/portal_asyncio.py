"""Plays `examples/portal_asyncio` in virtual time; as a program, it prints the history as JSON."""

import os
import subprocess
import sys
from pathlib import Path

from pydantic import TypeAdapter

from harness.scenario.parse import read_scenario
from harness.scenario.scenario import Scenario
from harness.virtual.runner import VirtualRunner
from reports.history import History

__all__ = ["dumped", "dumped_elsewhere", "file_of", "scenario"]

_ROOT = Path(__file__).parents[2]
_EXAMPLE = _ROOT / "examples" / "portal_asyncio"
_HISTORY: TypeAdapter[History] = TypeAdapter(History)


def file_of(name: str) -> Path:
    """A scenario of the example."""
    return _EXAMPLE / "scenarios" / f"{name}.toml"


def scenario(name: str) -> Scenario:
    return read_scenario(file_of(name))


def dumped(name: str) -> bytes:
    """The history of a run."""
    return _HISTORY.dump_json(VirtualRunner(sampled=False).run_now(scenario(name), seed=7).history)


def dumped_elsewhere(name: str, *, hash_seed: str) -> bytes:
    """The same, played by a process of its own."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.examples.portal_asyncio", name],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(_ROOT)},
        cwd=_ROOT,
        capture_output=True,
        check=True,
        timeout=100,
    )
    return run.stdout


if __name__ == "__main__":
    sys.stdout.buffer.write(dumped(sys.argv[1]))
