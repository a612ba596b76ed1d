"""The load of a scenario under Locust, each arrival at its instant whatever became of the others.

`locust -f locustfile.py --scenario brownout --host http://127.0.0.1:8080`, with all that Locust can do: its web page,
`--processes`, `--master` and `--worker`. Each process has one user, which plays its part of the scenario's arrivals;
the test ends when the last client has its answer.
"""

import sys
from pathlib import Path

from locust import LoadTestShape, User, task

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # the lab, wherever it is installed

from harness.load.generator.scenario_load import ScenarioLoad

LOAD = ScenarioLoad()
LOAD.listen()


class ShareUser(User):
    """Plays one part of the arrivals, open-loop."""

    @task
    def play(self) -> None:
        """All of it: one call lasts as long as the load."""
        LOAD.play()


class ScenarioShape(LoadTestShape):
    """A user for each process, through the phases of the scenario, until the load is over."""

    def tick(self) -> tuple[int, float] | None:
        """See `LoadTestShape.tick`."""
        return LOAD.tick()
