"""Runs batches of schedules, in this process or in several; outcomes come in the order of the schedules."""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import Protocol

from harness.explore.schedule import Schedule
from harness.explore.trial import HarnessFailure, Outcome, OverrideNames, TrialRunner
from harness.processes import end_at_once, spawned
from harness.scenario.scenario import Scenario
from harness.virtual.errors import RunHalted
from harness.world_name import WorldName

__all__ = ["Executor", "open_executor"]


_EVERY = 0.1
"""Seconds between two questions whether to go on, where other processes run the schedules."""


class Executor(Protocol):
    """Runs schedules."""

    def run(self, schedules: Sequence[Schedule]) -> Iterator[Outcome | HarnessFailure]:
        """Lazily, one after another. Raises `RunHalted`."""
        ...


@contextmanager
def open_executor(
    base: Scenario,
    overrides: OverrideNames,
    *,
    jobs: int,
    halted: Callable[[], bool],
    world: WorldName = WorldName.VIRTUAL,
) -> Iterator[Executor]:
    """jobs: processes; with 1 the schedules run in this one, as they always do in the live world. halted: asked during
    runs; True ends them at once."""
    if jobs == 1 or world is WorldName.LIVE:
        yield _InProcess(TrialRunner(base, overrides, halted=halted, world=world))
        return
    with spawned(jobs, at_first=_silence_logging) as pool:
        yield _ProcessPool(base, overrides, pool, jobs, halted)


class _InProcess:
    def __init__(self, runner: TrialRunner) -> None:
        self._runner = runner

    def run(self, schedules: Sequence[Schedule]) -> Iterator[Outcome | HarnessFailure]:
        return map(self._runner.outcome, schedules)


class _ProcessPool:
    def __init__(
        self,
        base: Scenario,
        overrides: OverrideNames,
        pool: ProcessPoolExecutor,
        jobs: int,
        halted: Callable[[], bool],
    ) -> None:
        self._base = base
        self._overrides = dict(overrides)
        self._pool = pool
        self._jobs = jobs
        self._halted = halted

    def run(self, schedules: Sequence[Schedule]) -> Iterator[Outcome | HarnessFailure]:
        size = max(1, len(schedules) // (2 * self._jobs))
        parts = [schedules[at : at + size] for at in range(0, len(schedules), size)]
        for playing in [self._pool.submit(_played, self._base, self._overrides, part) for part in parts]:
            self._wait_for(playing)
            yield from playing.result()

    def _wait_for(self, playing: Future[list[Outcome | HarnessFailure]]) -> None:
        while not wait([playing], timeout=_EVERY).done:
            if self._halted():
                end_at_once(self._pool)
                raise RunHalted("halted in the middle of a run")


def _played(base: Scenario, overrides: OverrideNames, schedules: Sequence[Schedule]) -> list[Outcome | HarnessFailure]:
    return list(map(TrialRunner(base, overrides).outcome, schedules))


def _silence_logging() -> None:
    """A pipeline under faults logs errors by design."""
    logging.disable(logging.CRITICAL)
