"""Plays one trial in a world."""

import asyncio
from pathlib import Path

from harness.capacity.generator_watch import GeneratorWatch
from harness.capacity.trial_outcome import trial_of
from harness.capacity.trial_scenario import TrialPlan, trial_scenario
from harness.model.runner import ModelRunner
from harness.run.progress import Progress
from harness.scenario.scenario import Scenario
from harness.world_name import WorldName
from harness.worlds import Runner, runner
from reports.capacity import LoadTrial

__all__ = ["play_trial"]


async def play_trial(
    scenario: Scenario,
    plan: TrialPlan,
    *,
    world: WorldName,
    progress: Progress | None = None,
    stop: asyncio.Event | None = None,
    logs: Path | None = None,
) -> LoadTrial | None:
    """None where it was stopped before its end. Raises `WorldError` where the world does not come up."""
    played = trial_scenario(scenario, plan)
    watch = GeneratorWatch(plan, progress)
    result = await _runner(world, logs).run(played, seed=plan.seed, progress=watch, stop=stop)
    if result.interrupted:
        return None
    return trial_of(played, plan, result, busy=watch.busy if world is WorldName.LIVE else 0.0)


def _runner(world: WorldName, logs: Path | None) -> Runner:
    if world is WorldName.MODEL:
        return ModelRunner(sampled=False, whole=True)
    return runner(world, logs=logs)
