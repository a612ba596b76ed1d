"""Hunts a seeded bug: explores until a run breaks an invariant, then shrinks that run to what the bug needs."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from time import process_time

from harness.explore import Breakdown, ExplorationStats, Failure, Shrunk, explore, shrink
from harness.explore.schedule import Event
from harness.mutants.mutant import Mutant
from harness.mutants.table import MUTANTS
from harness.processes import spawned

__all__ = ["Caught", "Hunted", "hunt", "hunt_all"]

_SHRINKING = 200
"""Runs that shrinking may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """How a bug showed, and what is left of that run. shrinking: seconds of CPU time that it took to come to that."""

    failure: Failure
    shrunk: Shrunk
    shrinking: float

    @property
    def broken(self) -> tuple[str, ...]:
        """The invariants that told."""
        return self.failure.invariants

    @property
    def events(self) -> tuple[str, ...]:
        """What is left of what broke, and of other settings, in words."""
        left = self.shrunk.schedule
        return (*map(str, left.settings), *map(_words, left.events))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunted:
    """What became of one bug. runs: explored, with the one that caught it; seconds: of CPU time that they took.

    harness_failures: runs in which the world failed by itself. caught: how it showed, where it broke an invariant;
    livelock: how it showed, where virtual time did not advance.
    """

    name: str
    runs: int
    harness_failures: int
    seconds: float
    caught: Caught | None = None
    livelock: Breakdown | None = None

    @property
    def found(self) -> bool:
        return self.caught is not None or self.livelock is not None

    @property
    def told_by(self) -> tuple[str, ...]:
        """The invariants that it broke, or that it was a livelock."""
        if self.livelock is not None:
            return ("livelock",)
        return () if self.caught is None else self.caught.broken


def hunt(mutant: Mutant, *, seed: int, runs: int) -> Hunted:
    """Explore at most `runs` schedules of a seed."""

    def is_caught(stats: ExplorationStats) -> bool:
        return not mutant.caught_by and stats.harness_failures > 0

    found = explore(mutant.explored, overrides=mutant.words, seed=seed, runs=runs, on_progress=is_caught)
    stats = found.stats
    livelocks = [each for each in found.breakdowns if each.livelock and not mutant.caught_by]
    return Hunted(
        name=mutant.name,
        runs=stats.runs,
        harness_failures=stats.harness_failures,
        seconds=stats.seconds,
        caught=_shrunk(found.failures[0], mutant) if found.failures else None,
        livelock=livelocks[0] if livelocks else None,
    )


def _shrunk(failure: Failure, mutant: Mutant) -> Caught:
    began = process_time()
    shrunk = shrink(failure, overrides=mutant.words, budget=_SHRINKING)
    return Caught(failure=failure, shrunk=shrunk, shrinking=process_time() - began)


def hunt_all(
    names: Sequence[str], *, seed: int, runs: int, jobs: int, on_progress: Callable[[Hunted], bool]
) -> tuple[Hunted, ...]:
    """Hunt several, each in one of `jobs` processes, in the order of `names`.

    on_progress: called after each; True stops.
    """
    found: dict[str, Hunted] = {}
    with spawned(min(jobs, len(names)), at_first=_silence_logging) as pool:
        for done in as_completed([pool.submit(_hunt_named, name, seed, runs) for name in names]):
            hunted = done.result()
            found[hunted.name] = hunted
            if on_progress(hunted):
                break
    return tuple(found[name] for name in names if name in found)


def _hunt_named(name: str, seed: int, runs: int) -> Hunted:
    return hunt(MUTANTS[name], seed=seed, runs=runs)


def _silence_logging() -> None:
    """What a pipeline with a bug complains of is no news."""
    logging.disable(logging.CRITICAL)


def _words(event: Event) -> str:
    if event.kind.instant:
        site = event.selector.site
        return event.label if site is None else f"{event.label} at {site}"
    return str(event.kind)
