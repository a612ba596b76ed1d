"""Runs schedule after schedule over a base scenario, mutates those with new coverage, and keeps failures."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import assert_never

from connector.values import replace
from harness.explore.drawing import drawn
from harness.explore.executor import Executor, open_executor
from harness.explore.exploration import Breakdown, Exploration, ExplorationStats, Failure, UnknownRun
from harness.explore.schedule import Schedule, laid
from harness.explore.trial import HarnessFailure, Outcome, TrialRunner
from harness.scenario.scenario import Scenario
from harness.virtual.errors import RunHalted
from harness.world_name import WorldName
from reports.journal import Journal
from reports.verdicts import Verdict

__all__ = ["OnProgress", "explore"]

_BATCH = 24
"""Schedules drawn from one state of the corpus, so that a seed explores the same in any number of processes."""

_FIGURE = re.compile(r"\d+(?:\.\d+)?")

OnProgress = Callable[[ExplorationStats], bool]
"""Called after each run; True ends the exploration."""


def explore(
    base: Scenario,
    *,
    overrides: Mapping[str, str] = MappingProxyType({}),
    seed: int,
    runs: int,
    jobs: int = 1,
    keep_going: bool = False,
    toxics: bool = False,
    world: WorldName = WorldName.VIRTUAL,
    on_progress: OnProgress = lambda _: False,
    halted: Callable[[], bool] = lambda: False,
) -> Exploration:
    """Run at most `runs` schedules, until the first failure or, with `keep_going`, all of them.

    A run in which the world fails by itself is counted and kept, and exploring continues.

    overrides: by part, `module:attribute` of another behaviour in it. toxics: draw toxics too, which takes longer.
    halted: asked during the runs too; True ends the exploration in the middle of a run, which does not count (in the
    live world: after it).
    In the virtual world, what is found is a function of base, overrides, seed, runs and toxics alone. In the live
    world, no two runs are alike. Raises `OverrideError`, and `ServiceUnavailable` where the service never came up.
    """
    # Whether the base's own faults strike often enough, and its gates, are about the base with nothing else in its way.
    base = replace(base, expect={}, gates=())
    search = _Search(base=base, overrides=overrides, seed=seed, toxics=toxics, world=world)
    with open_executor(base, overrides, jobs=jobs, halted=halted, world=world) as executor:
        try:
            stopped = search.run(executor, runs, keep_going=keep_going, on_progress=on_progress)
        except RunHalted:
            stopped = True
    return Exploration(
        failures=tuple(search.failures),
        unknown=search.first_unknown,
        breakdowns=tuple(search.breakdowns.values()),
        stats=search.stats(),
        items=tuple(sorted(search.seen)),
        stopped=stopped,
    )


@dataclass(slots=True, kw_only=True)
class _Search:
    base: Scenario
    overrides: Mapping[str, str]
    seed: int
    toxics: bool
    world: WorldName
    runs: int = 0
    unknown: int = 0
    harness_failures: int = 0
    seconds: float = 0.0
    seen: set[str] = field(default_factory=set)
    corpus: list[Schedule] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    first_unknown: UnknownRun | None = None
    breakdowns: dict[str, Breakdown] = field(default_factory=dict)

    def run(self, executor: Executor, most: int, *, keep_going: bool, on_progress: OnProgress) -> bool:
        """Whether `on_progress` stopped it."""
        while self.runs < most:
            numbers = range(self.runs, min(self.runs + _BATCH, most))
            batch = [self._drawn(number) for number in numbers]
            for outcome in executor.run(batch):
                self._note(outcome)
                if on_progress(self.stats()):
                    return True
                if self.failures and not keep_going:
                    return False
        return False

    def _drawn(self, number: int) -> Schedule:
        return drawn(self.base, self.corpus, seed=self.seed, number=number, toxics=self.toxics, world=self.world)

    def stats(self) -> ExplorationStats:
        return ExplorationStats(
            runs=self.runs,
            items=len(self.seen),
            failures=len(self.failures),
            unknown=self.unknown,
            harness_failures=self.harness_failures,
            seconds=self.seconds,
        )

    def _note(self, outcome: Outcome | HarnessFailure) -> None:
        self.runs += 1
        self.seconds += outcome.seconds
        match outcome:
            case Outcome():
                self._learn(outcome)
            case HarnessFailure():
                self._note_breakdown(outcome)
            case _:
                assert_never(outcome)

    def _note_breakdown(self, outcome: HarnessFailure) -> None:
        self.harness_failures += 1
        found = Breakdown(
            base=self.base,
            schedule=outcome.schedule,
            error=outcome.error,
            livelock=outcome.livelock,
            runs=self.runs,
            world=self.world,
        )
        self.breakdowns.setdefault(_FIGURE.sub("#", outcome.error), found)

    def _learn(self, outcome: Outcome) -> None:
        if outcome.verdict is Verdict.UNKNOWN:
            self.unknown += 1
            self.first_unknown = self.first_unknown or self._unknown(outcome)
        if outcome.items - self.seen:
            self.seen |= outcome.items
            self.corpus.append(outcome.schedule)
        if outcome.invariants and all(outcome.invariants != known.invariants for known in self.failures):
            self.failures.append(self._failure(outcome))

    def _unknown(self, outcome: Outcome) -> UnknownRun:
        return UnknownRun(
            base=self.base,
            schedule=outcome.schedule,
            doubts=outcome.doubts,
            journal=self._journal(outcome),
            runs=self.runs,
        )

    def _failure(self, outcome: Outcome) -> Failure:
        return Failure(
            base=self.base,
            schedule=outcome.schedule,
            scenario=laid(self.base, outcome.schedule),
            seed=outcome.schedule.seed,
            invariants=outcome.invariants,
            journal=self._journal(outcome),
            runs=self.runs,
            seconds=self.seconds,
        )

    def _journal(self, outcome: Outcome) -> Journal:
        return outcome.journal or TrialRunner(self.base, self.overrides).journal(outcome.schedule)
