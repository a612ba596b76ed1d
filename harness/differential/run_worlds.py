"""The same scenario and seed in one world after another: every draw is keyed, so all meet the same chance."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager

from harness.journal import journal_of
from harness.model.runner import ModelRunner
from harness.run.progress import Progress
from harness.scenario.scenario import Scenario
from harness.world_name import WorldName
from harness.worlds import runner
from reports.journal import Journal

__all__ = ["run_worlds"]


async def run_worlds(
    scenario: Scenario,
    worlds: Sequence[WorldName],
    *,
    seed: int,
    stop: asyncio.Event,
    progress: Callable[[str], AbstractContextManager[Progress]],
    command: Callable[[WorldName], str],
) -> AsyncIterator[Journal]:
    """A journal per world, each as soon as it is there; one that was interrupted is the last.

    progress: opened per world, by its name. command: reproduces one run. Raises `WorldError`.
    """
    for world in worlds:
        with progress(f"{scenario.name}, {world}") as told:
            # Of very many shares the fast path records a part; here each op wants its partner.
            playing = ModelRunner(fast=False) if world is WorldName.MODEL else runner(world)
            played = await playing.run(scenario, seed=seed, progress=told, stop=stop)
        yield journal_of(scenario, played, seed=seed, world=world, command=command(world))
        if played.interrupted:
            return
