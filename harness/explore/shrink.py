"""Shrinks a failure: fewer events, settings and arrivals, rounder numbers, while one of its invariants is violated."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from connector.values import replace
from harness.errors import WorldError
from harness.explore.ddmin import ddmin
from harness.explore.events import simpler
from harness.explore.exploration import Failure
from harness.explore.schedule import Event, Schedule, laid, lifted
from harness.explore.settings import nearer
from harness.explore.trial import TrialRunner, broken
from harness.scenario.scenario import Scenario
from harness.workload.arrivals import plan
from harness.world_name import WorldName
from reports.journal import Journal

__all__ = ["Shrunk", "shrink"]


_CHANCES = 2
"""Runs of a schedule in the live world, where one that can fail may not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunk:
    """The smallest form of a failure. base: without any rule. runs: how many it took.

    events, arrivals: how many are left. minimal: no single one of them can be left out; False: the budget ran out.
    """

    base: Scenario
    schedule: Schedule
    scenario: Scenario
    events: int
    arrivals: int
    journal: Journal
    runs: int
    minimal: bool


def shrink(
    failure: Failure,
    *,
    overrides: Mapping[str, str] = MappingProxyType({}),
    budget: int = 300,
    world: WorldName = WorldName.VIRTUAL,
    stopped: Callable[[], bool] = lambda: False,
) -> Shrunk:
    """Play at most `budget` smaller runs, until given up. What the base itself breaks is shrunk with the rest.

    In the live world, where a run may fail or not, a smaller schedule gets a second chance to fail, and nothing says
    that the smallest is minimal.
    """
    return _Shrinking(failure, overrides, budget, world=world, stopped=stopped).run()


class _Shrinking:
    """Keeps the smallest schedule that fails."""

    def __init__(
        self,
        failure: Failure,
        overrides: Mapping[str, str],
        budget: int,
        *,
        world: WorldName,
        stopped: Callable[[], bool],
    ) -> None:
        self._base, own = lifted(failure.base)
        self._overrides = overrides
        self._runner = TrialRunner(self._base, overrides, halted=stopped, world=world)
        self._is_live = world is WorldName.LIVE
        self._journal = failure.journal
        self._invariants = frozenset(failure.invariants)
        self._budget = budget
        self._stopped = stopped
        self._runs = 0
        self._best = replace(failure.schedule, events=(*own, *failure.schedule.events))
        self._known: dict[Schedule, bool] = {self._best: True}

    def run(self) -> Shrunk:
        self._fewer_events()
        self._usual_settings()
        self._fewer_arrivals()
        self._rounder_numbers()
        self._fewer_events()
        self._fewer_arrivals()
        minimal = self._may_go_on() and not self._is_live
        scenario = laid(self._base, self._best)
        return Shrunk(
            base=self._base,
            schedule=self._best,
            scenario=scenario,
            events=len(self._best.events),
            arrivals=len(self._arrivals()),
            journal=self._journal_of_best(),
            runs=self._runs,
            minimal=minimal,
        )

    def _journal_of_best(self) -> Journal:
        if self._is_live:
            return self._journal
        return TrialRunner(self._base, self._overrides).journal(self._best)  # also where it was stopped

    def _fewer_events(self) -> None:
        ddmin(self._best.events, lambda events: self._fails(replace(self._best, events=tuple(events))))

    def _usual_settings(self) -> None:
        """The base's own, or nearer to them."""
        for setting in self._best.settings:
            rest = tuple(each for each in self._best.settings if each != setting)
            if not self._fails(replace(self._best, settings=rest)):
                any(self._fails(replace(self._best, settings=(*rest, one))) for one in nearer(setting, self._base))

    def _fewer_arrivals(self) -> None:
        ddmin(self._arrivals(), lambda numbers: self._fails(replace(self._best, only=tuple(numbers))))

    def _rounder_numbers(self) -> None:
        for index in range(len(self._best.events)):
            while any(self._fails(replace(self._best, events=events)) for events in self._simpler(index)):
                pass

    def _simpler(self, index: int) -> Sequence[tuple[Event, ...]]:
        events = self._best.events
        return [(*events[:index], event, *events[index + 1 :]) for event in simpler(events[index])]

    def _arrivals(self) -> tuple[int, ...]:
        scenario = laid(self._base, self._best)
        names = [cluster.name for cluster in scenario.clusters]
        arrivals = plan(scenario.workload, seed=self._best.seed, phases=scenario.phases, clusters=names)
        return tuple(arrival.number for arrival in arrivals)

    def _fails(self, schedule: Schedule) -> bool:
        """Whether it fails as the failure did; the smallest so far is kept. False once the budget is used up."""
        if schedule not in self._known:
            if not self._may_go_on():
                return False
            self._runs += 1
            self._known[schedule] = any(self._breaks(schedule) for _ in range(_CHANCES if self._is_live else 1))
        if self._known[schedule]:
            self._best = schedule
        return self._known[schedule]

    def _may_go_on(self) -> bool:
        return self._runs < self._budget and not self._stopped()

    def _breaks(self, schedule: Schedule) -> bool:
        try:
            journal = self._runner.journal(schedule)
        except WorldError:  # it cannot be judged, and so it is no smaller form of the failure
            return False
        if self._invariants.isdisjoint(broken(journal)):
            return False
        self._journal = journal
        return True
