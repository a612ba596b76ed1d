"""One scenario with several designs of the pipeline, on common random numbers: what differs is the designs' doing."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager

from harness.journal import run_scenario
from harness.run.progress import Progress
from harness.scenario.scenario import Scenario
from harness.service.reference import with_design
from harness.world_name import WorldName
from reports.journal import Journal

__all__ = ["run_designs"]


async def run_designs(
    scenario: Scenario,
    designs: Sequence[str],
    *,
    seed: int,
    world: WorldName,
    stop: asyncio.Event,
    progress: Callable[[str], AbstractContextManager[Progress]],
    command: Callable[[str], str],
) -> AsyncIterator[Journal]:
    """A journal per design, each as soon as it is there; one that was interrupted is the last.

    Every draw is a function of the seed and its coordinate, so all designs meet the same arrivals, and a command of the
    same share, verb and attempt meets the same cluster. progress: opened per design, by its name. command: reproduces
    one run. Raises `SettingsError`, and what `run_scenario` raises.
    """
    variants = [(design, with_design(scenario, design)) for design in designs]  # all, before the first is played
    for design, variant in variants:
        with progress(f"{scenario.name}, {design}") as told:
            journal = await run_scenario(
                variant,
                seed=seed,
                progress=told,
                stop=stop,
                command=command(design),
                world=world,
            )
        yield journal
        if journal.interrupted:
            return
