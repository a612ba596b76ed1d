"""A calm run in a process of its own: `python -m tests.bench.model.child CREATES CLUSTERS` prints what it took."""

import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

__all__ = ["Took", "in_a_process"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """cpu: seconds of CPU, without imports. memory: the most that the process held, in bytes."""

    creates: int
    active: int
    cpu: float
    memory: int


def in_a_process(creates: int, clusters: int) -> Took:
    """Run it there."""
    command = [sys.executable, "-m", "tests.bench.model.child", str(creates), str(clusters)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Took(**json.loads(done.stdout))


def _measure(creates: int, clusters: int) -> Took:
    from harness.model.fast.run import FastRun
    from harness.model.pace import ModelPace
    from tests.bench.model.loads import calm

    run = FastRun(calm(creates, clusters), seed=1, pace=ModelPace(), every=500)
    began = time.process_time()
    run.play()
    cpu = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Took(creates=run.tally.asked, active=run.tally.active, cpu=cpu, memory=memory)


if __name__ == "__main__":
    print(json.dumps(asdict(_measure(int(sys.argv[1]), int(sys.argv[2])))))
