"""What exploring has found."""

from dataclasses import dataclass

from harness.explore.schedule import Schedule
from harness.scenario.scenario import Scenario
from reports.journal import Journal

__all__ = ["Exploration", "Failure", "Standing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A run that broke a promise. base: without the events of the schedule; scenario: with them.

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
class Standing:
    """How far exploring has come. items: coverage items exercised. seconds: CPU time of the runs."""

    runs: int
    items: int
    failures: int
    unknown: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Exploration:
    """All of it. failures: one for each distinct set of violated invariants, in the order in which they were found.

    stopped: before the budget was used up, by whoever was told.
    """

    failures: tuple[Failure, ...]
    standing: Standing
    items: tuple[str, ...]
    stopped: bool = False
