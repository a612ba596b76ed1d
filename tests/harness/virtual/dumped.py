"""Plays scenarios and prints each history as one line of JSON: `python -m tests.harness.virtual.dumped NAME...`."""

import os
import subprocess
import sys
from pathlib import Path

from pydantic import TypeAdapter

from connector.values import replace
from harness.cli.inputs import read_all
from harness.scenario.scenario import NemesisKind, NemesisStep, Scenario
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
    kill, pause, crash = NemesisKind.KILL, NemesisKind.PAUSE, NemesisKind.CRASH
    return replace(
        faulty(),
        seed=11,
        nemesis=(
            NemesisStep(at=1.2, kind=kill, target="processor", lasts=0.4),
            NemesisStep(at=1.9, kind=kill, target="api", lasts=0.2),
            NemesisStep(at=2.4, kind=pause, target="processor", lasts=0.5),
            NemesisStep(at=2.6, kind=kill, target="gateway", lasts=0.3),
            NemesisStep(at=3.1, kind=crash, target="north", lasts=0.5),
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
