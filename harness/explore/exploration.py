"""What exploring has found."""

from dataclasses import dataclass

from harness.explore.schedule import Schedule
from harness.scenario.scenario import Scenario
from harness.world_name import WorldName
from reports.journal import Journal

__all__ = ["Breakdown", "Exploration", "ExplorationStats", "Failure", "UnknownRun"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A run that violated an invariant. base: without the events of the schedule; scenario: with them.

    invariants: those that were violated. runs: how many it took to come to it; seconds: CPU time until then.
    """

    base: Scenario
    schedule: Schedule
    scenario: Scenario
    seed: int
    invariants: tuple[str, ...]
    journal: Journal
    runs: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """A run in which the world failed by itself: no verdict, and the schedule that leads to it.

    error: what the world said, in one line. livelock: virtual time did not advance, which is a bug of the pipeline as
    a rule. runs: how many it took to come to it. world: in which it happened.
    """

    base: Scenario
    schedule: Schedule
    error: str
    livelock: bool
    runs: int
    world: WorldName = WorldName.VIRTUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownRun:
    """A run that is neither valid nor invalid. doubts: what the checkers are not sure of. runs: as of a failure."""

    base: Scenario
    schedule: Schedule
    doubts: tuple[str, ...]
    journal: Journal
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplorationStats:
    """The progress of exploring. items: coverage items exercised. seconds: CPU time of the runs.

    failures: distinct ones. unknown: runs with verdict unknown.
    harness_failures: runs in which the world failed by itself.
    """

    runs: int
    items: int
    failures: int
    unknown: int
    harness_failures: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Exploration:
    """All of it. failures: one for each distinct set of violated invariants, in the order in which they were found.

    unknown: the first run without a verdict.
    breakdowns: one for each distinct error, whatever numbers it names. stopped: on request, with budget left.
    """

    failures: tuple[Failure, ...]
    stats: ExplorationStats
    items: tuple[str, ...]
    unknown: UnknownRun | None = None
    breakdowns: tuple[Breakdown, ...] = ()
    stopped: bool = False
