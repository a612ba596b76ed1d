"""The model world: the twin of the pipeline on the cluster models, in SimPy's time."""

import asyncio
import math

from harness.model.pace import Pace
from harness.model.scale.plain import NotCalm, objection
from harness.model.scale.run import MANY, QuickRun
from harness.model.scale.tally import Tally
from harness.model.twin.course import Course
from harness.run.progress import Progress
from harness.run.result import RunResult
from harness.scenario.scenario import Scenario

__all__ = ["ModelRunner", "play_counted"]

_RECORDED = 2_000
"""Shares that it records in full, about."""


class ModelRunner:
    """Plays scenarios, each in an environment of its own. Nothing is opened, so nothing is left.

    A calm one of very many creates is played by the quick twin, which records a part of the shares and counts all.
    """

    async def run(
        self,
        scenario: Scenario,
        *,
        seed: int,
        progress: Progress | None = None,
        stop: asyncio.Event | None = None,
    ) -> RunResult:
        """Play one scenario to its end, in a thread, so that an interrupt is heard. stop: as in every world."""
        return await asyncio.to_thread(self.run_now, scenario, seed=seed, pace=Pace(progress, stop))

    def run_now(self, scenario: Scenario, *, seed: int, pace: Pace) -> RunResult:
        """The same, in this thread."""
        return play_counted(scenario, seed=seed, pace=pace)[0]


def play_counted(scenario: Scenario, *, seed: int, pace: Pace) -> tuple[RunResult, Tally | None]:
    """What was played, with the exact counts where the quick twin recorded only a part of the shares."""
    creates = scenario.workload.rate * scenario.workload.duration
    if creates > MANY and objection(scenario) is None:
        run = QuickRun(scenario, seed=seed, pace=pace, every=math.ceil(creates / _RECORDED))
        try:
            return run.play(), run.tally
        except NotCalm:  # rare, and the other way takes longer and tells everything
            pass
    return Course(scenario, seed=seed, pace=pace).run(), None
