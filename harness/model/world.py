"""The model world: the twin of the pipeline on the cluster models, in SimPy's time."""

import asyncio

from harness.model.pace import Pace
from harness.model.twin.course import Course
from harness.play.played import Played, Progress
from harness.scenario.scenario import Scenario

__all__ = ["ModelWorld"]


class ModelWorld:
    """Plays scenarios, each in an environment of its own. Nothing is opened, so nothing is left."""

    async def play(
        self,
        scenario: Scenario,
        *,
        seed: int,
        progress: Progress | None = None,
        stop: asyncio.Event | None = None,
    ) -> Played:
        """Play one scenario to its end, in a thread, so that an interrupt is heard. stop: as in every world."""
        return await asyncio.to_thread(Course(scenario, seed=seed, pace=Pace(progress, stop)).run)
