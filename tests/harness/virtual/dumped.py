"""Plays scenarios and prints each history as one line of JSON: `python -m tests.harness.virtual.dumped NAME...`."""

import os
import subprocess
import sys
from pathlib import Path

from pydantic import TypeAdapter

from connector.values import replace
from harness.cli.inputs import read_all
from harness.scenario.nemesis_kinds import crash, kill, pause
from harness.scenario.scenario import Scenario
from harness.virtual.runner import VirtualRunner
from reports.history import History
from tests.harness.live.scenes import faulty

__all__ = ["SSH", "STORMY", "dumped", "dumped_by", "stormy"]

_BYTEWISE = "+bytes"
STORMY = "stormy"
SSH = STORMY + _BYTEWISE

_ROOT = Path(__file__).resolve().parents[3]
_HISTORY: TypeAdapter[History] = TypeAdapter(History)


def stormy() -> Scenario:
    """Faults of every place, every process killed or paused, a cluster crashed."""
    return replace(
        faulty(),
        seed=11,
        nemesis=(
            kill("processor", at=1.2, duration=0.4),
            kill("api", at=1.9, duration=0.2),
            pause("processor", at=2.4, duration=0.5),
            kill("gateway", at=2.6, duration=0.3),
            crash("north", at=3.1, duration=0.5),
        ),
    )


def dumped(name: str) -> bytes:
    """The history of the stormy scenario or of a shipped one; `+bytes`: with every byte on the way."""
    bare, is_bytewise = name.removesuffix(_BYTEWISE), name.endswith(_BYTEWISE)
    scenario = stormy() if bare == STORMY else read_all([bare])[0]
    world = VirtualRunner(ssh=is_bytewise, http=is_bytewise)
    return _HISTORY.dump_json(world.run_now(scenario, seed=scenario.seed).history)


def dumped_by(python: str, *names: str, hash_seed: str) -> list[bytes]:
    """The same, played by a process of its own. python: its interpreter."""
    run = subprocess.run(
        [python, "-m", "tests.harness.virtual.dumped", *names],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(_ROOT)},
        cwd=_ROOT,
        capture_output=True,
        check=True,
        timeout=100,
    )
    return run.stdout.splitlines()


if __name__ == "__main__":
    for name in sys.argv[1:]:
        sys.stdout.buffer.write(dumped(name) + b"\n")
