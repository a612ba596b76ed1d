"""Plays batches of schedules, here or in several processes; outcomes come in the order of the schedules."""

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Protocol

from harness.explore.schedule import Schedule
from harness.explore.trial import Broke, Outcome, OverrideNames, Player
from harness.processes import spawned
from harness.scenario.scenario import Scenario

__all__ = ["Crew", "hired"]


class Crew(Protocol):
    """Whoever plays."""

    def play(self, schedules: Sequence[Schedule]) -> Iterator[Outcome | Broke]:
        """One after another, as they are wanted."""
        ...


@contextmanager
def hired(base: Scenario, overrides: OverrideNames, *, jobs: int) -> Iterator[Crew]:
    """A crew of so many processes; of one, it plays in this one."""
    if jobs == 1:
        yield _Alone(base, overrides)
        return
    with spawned(jobs, at_first=_be_quiet) as pool:
        yield _Several(base, overrides, pool, jobs)


class _Alone:
    def __init__(self, base: Scenario, overrides: OverrideNames) -> None:
        self._player = Player(base, overrides)

    def play(self, schedules: Sequence[Schedule]) -> Iterator[Outcome | Broke]:
        return map(self._player.outcome, schedules)


class _Several:
    def __init__(self, base: Scenario, overrides: OverrideNames, pool: ProcessPoolExecutor, jobs: int) -> None:
        self._base = base
        self._overrides = dict(overrides)
        self._pool = pool
        self._jobs = jobs

    def play(self, schedules: Sequence[Schedule]) -> Iterator[Outcome | Broke]:
        size = max(1, len(schedules) // (2 * self._jobs))
        parts = [schedules[at : at + size] for at in range(0, len(schedules), size)]
        for outcomes in self._pool.map(_played, [(self._base, self._overrides, part) for part in parts]):
            yield from outcomes


def _played(work: tuple[Scenario, OverrideNames, Sequence[Schedule]]) -> list[Outcome | Broke]:
    base, overrides, schedules = work
    return list(map(Player(base, overrides).outcome, schedules))


def _be_quiet() -> None:
    """What a pipeline under faults complains of is no news."""
    logging.disable(logging.CRITICAL)
