"""Plays scenarios and prints each history as one line of JSON: `python -m tests.harness.virtual.dumped NAME...`."""

import sys
from dataclasses import replace

from pydantic import TypeAdapter

from harness.scenario.scenario import NemesisKind, NemesisStep, Scenario
from harness.virtual.world import VirtualWorld
from reports.history import History
from tests.harness.live.scenes import faulty

__all__ = ["SSH", "STORMY", "dumped", "stormy"]

STORMY, SSH = "stormy", "ssh"

_HISTORY: TypeAdapter[History] = TypeAdapter(History)


def stormy() -> Scenario:
    """Faults of every place, every process killed or paused, a cluster crashed."""
    kill, pause, crash = NemesisKind.KILL, NemesisKind.PAUSE, NemesisKind.CRASH
    return replace(
        faulty(),
        nemesis=(
            NemesisStep(at=1.2, kind=kill, target="processor", lasts=0.4),
            NemesisStep(at=1.9, kind=kill, target="api", lasts=0.2),
            NemesisStep(at=2.4, kind=pause, target="processor", lasts=0.5),
            NemesisStep(at=2.6, kind=kill, target="gateway", lasts=0.3),
            NemesisStep(at=3.1, kind=crash, target="north", lasts=0.5),
        ),
    )


def dumped(name: str) -> bytes:
    """The history of the stormy scenario; `ssh`: with every byte on the way."""
    world = VirtualWorld(ssh=name == SSH, http=name == SSH)
    return _HISTORY.dump_json(world.play_now(stormy(), seed=11).history)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        sys.stdout.buffer.write(dumped(name) + b"\n")
