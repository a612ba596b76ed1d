"""Runs batches of schedules, in this process or in several; outcomes come in the order of the schedules."""

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Protocol

from harness.explore.schedule import Schedule
from harness.explore.trial import HarnessFailure, Outcome, OverrideNames, TrialRunner
from harness.processes import spawned
from harness.scenario.scenario import Scenario

__all__ = ["Executor", "open_executor"]


class Executor(Protocol):
    """Runs schedules."""

    def run(self, schedules: Sequence[Schedule]) -> Iterator[Outcome | HarnessFailure]:
        """Lazily, one after another."""
        ...


@contextmanager
def open_executor(base: Scenario, overrides: OverrideNames, *, jobs: int) -> Iterator[Executor]:
    """jobs: processes; with 1 the schedules run in this one."""
    if jobs == 1:
        yield _InProcess(base, overrides)
        return
    with spawned(jobs, at_first=_silence_logging) as pool:
        yield _ProcessPool(base, overrides, pool, jobs)


class _InProcess:
    def __init__(self, base: Scenario, overrides: OverrideNames) -> None:
        self._runner = TrialRunner(base, overrides)

    def run(self, schedules: Sequence[Schedule]) -> Iterator[Outcome | HarnessFailure]:
        return map(self._runner.outcome, schedules)


class _ProcessPool:
    def __init__(self, base: Scenario, overrides: OverrideNames, pool: ProcessPoolExecutor, jobs: int) -> None:
        self._base = base
        self._overrides = dict(overrides)
        self._pool = pool
        self._jobs = jobs

    def run(self, schedules: Sequence[Schedule]) -> Iterator[Outcome | HarnessFailure]:
        size = max(1, len(schedules) // (2 * self._jobs))
        parts = [schedules[at : at + size] for at in range(0, len(schedules), size)]
        for outcomes in self._pool.map(_played, [(self._base, self._overrides, part) for part in parts]):
            yield from outcomes


def _played(work: tuple[Scenario, OverrideNames, Sequence[Schedule]]) -> list[Outcome | HarnessFailure]:
    base, overrides, schedules = work
    return list(map(TrialRunner(base, overrides).outcome, schedules))


def _silence_logging() -> None:
    """A pipeline under faults logs errors by design."""
    logging.disable(logging.CRITICAL)
