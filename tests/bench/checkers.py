"""The checkers: a million ops judged, and cost against length.

`python -m tests.bench checkers`. CPU time, each history in a process of its own (`python -m tests.bench.checkers OPS`),
so that none finds the memory of another; every one must be valid. The sizes take turns, since a busy neighbour that one
of them alone has would look like growth.
"""

import json
import subprocess
import sys
import time

from harness.checkers.run_checkers import run_checkers, verdict_of
from reports.verdicts import Verdict
from tests.bench.long_history import bounds_of, long_history
from tests.bench.row import Row, at_most

__all__ = ["rows"]

_SIZES = (100_000, 300_000, 1_000_000)
_TURNS = 3


async def rows() -> list[Row]:
    """The whole first, then how it grows."""
    turns = [{size: _in_a_process(size) for size in _SIZES} for _ in range(_TURNS)]
    took = {size: min(turn[size] for turn in turns) for size in _SIZES}
    per_op = [seconds / size for size, seconds in took.items()]
    return [
        at_most("a million ops judged", took[1_000_000], "s CPU", 20.0),
        at_most("cost per op, 1e5 to 1e6 ops: spread", (max(per_op) / min(per_op) - 1) * 100, "%", 20.0),
    ]


def _in_a_process(ops: int) -> float:
    command = [sys.executable, "-m", "tests.bench.checkers", str(ops)]
    return float(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def _measure(ops: int) -> float:
    history, bounds = long_history(ops), bounds_of(ops)
    began = time.process_time()
    findings = run_checkers(history, bounds)
    took = time.process_time() - began
    assert verdict_of(findings) is Verdict.VALID, findings
    return took


if __name__ == "__main__":
    print(json.dumps(_measure(int(sys.argv[1]))))
