"""The search for the capacity of one service in one world: trials one after another, from where a model expects it."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path

from connector.values import replace
from harness.capacity.bounds import interval_of
from harness.capacity.expectation import first_guess, modelled
from harness.capacity.listener import SILENT, TrialListener
from harness.capacity.play_trial import play_trial
from harness.capacity.rate_search import Accuracy, SearchStopped, search_rates
from harness.capacity.search_options import SearchOptions
from harness.capacity.trial_scenario import TrialPlan, has_schedule
from harness.errors import WorldError
from harness.scenario.scenario import Scenario
from harness.world_name import WorldName
from reports.capacity import ALL, BACKLOG, LoadTrial, OverloadFirst, RateInterval, TrialOutcome

__all__ = ["CapacitySearch", "expect_capacity"]

_BELOW, _ABOVE = 1000.0, 8.0
"""The lowest and the highest rate that a search tries, as factors of the expected one: a service may be far slower than
its clusters, and hardly faster."""
_ROUNDED = 1.02
"""Widths that differ by this factor are the same."""
_FEWEST = 10
"""Arrivals of a trial at the lowest rate."""
_ROUGH = 0.1
"""The width of what mean service times say."""
_MODELLED = 2000
"""Arrivals of a trial that only says where to begin, at most."""
_SHORTEST = 0.25
"""The first trials, as a share of the full ones."""
_SHORTEST_LIVE = 5.0
"""Seconds below which a live trial is not shortened: its processes take as long to start."""


@dataclass(slots=True)
class CapacitySearch:
    """Its trials are kept in order. stop: ends the trial under way, and the search with what is known.

    broken: why the search ended, where a world did not come up, or broke by itself, twice.
    """

    scenario: Scenario
    options: SearchOptions
    _: KW_ONLY
    listener: TrialListener = SILENT
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    logs: Path | None = None
    expecting: bool = False
    trials: list[LoadTrial] = field(default_factory=list)
    broken: WorldError | None = None
    _longest: float = 0.0

    async def find(self, expected: RateInterval, start: RateInterval | None = None) -> tuple[RateInterval, ...]:
        """The interval of all gates together, then, if `each`, that of every criterion by itself; all in one search.

        expected: says what is tried at all, and where to begin unless `start` does. Raises `WorldError` where the world
        of the first trial does not come up.
        """
        criteria = [*(gate.expression for gate in self.scenario.gates_here), BACKLOG]
        goals = [ALL, *criteria] if self.options.each else [ALL]
        allowed = self._allowed(expected, self.options.most)
        return await self._find(goals, start or expected, allowed)

    async def find_again(self, up: RateInterval, overload: OverloadFirst) -> RateInterval:
        """The interval of all gates where an overload comes before the measured part of every trial, not above `up`."""
        (found,) = await self._find([ALL], up, self._allowed(up, up.upper), overload)
        return found

    async def _find(
        self,
        goals: Sequence[str],
        start: RateInterval,
        allowed: tuple[float, float],
        overload: OverloadFirst | None = None,
    ) -> tuple[RateInterval, ...]:
        loop = asyncio.get_running_loop()
        played: Counter[tuple[float, float]] = Counter()
        first = len(self.trials)

        def play(rate: float, seconds: float) -> dict[str, bool]:
            seed = self.options.seed + played[rate, seconds]  # the same seeds at every rate
            played[rate, seconds] += 1
            plan = TrialPlan(rate=rate, seconds=seconds, warm_up=self.options.warm_up, seed=seed, overload=overload)
            trial = asyncio.run_coroutine_threadsafe(self.play(plan), loop).result()
            return _held(trial)

        begin = _rates(start, self.options.within)
        bounds = await asyncio.to_thread(
            search_rates,
            play,
            goals,
            start=begin,
            allowed=allowed,
            accuracy=self.accuracy,
            near=overload is None and _is_narrow(begin, self.options.within),
        )
        return tuple(interval_of(goal, bounds[goal], self.trials[first:]) for goal in goals)

    async def play(self, plan: TrialPlan) -> LoadTrial:
        """Play one trial, once more if its world breaks, and keep it. Raises `SearchStopped` where there is no time for
        it, or no world."""
        now = asyncio.get_running_loop().time
        began = now()
        deadline = self.options.deadline
        if self.stop.is_set() or (deadline is not None and began + self._longest > deadline):
            raise SearchStopped
        try:
            trial = await self._played(plan)
        except WorldError:
            try:
                trial = await self._played(plan)
            except WorldError as error:
                if not self.trials:
                    raise
                self.broken = error
                raise SearchStopped from error
        if trial is None:
            raise SearchStopped
        self._longest = max(self._longest, now() - began)
        self.trials.append(trial)
        self.listener.ended(trial, expecting=self.expecting)
        return trial

    async def _played(self, plan: TrialPlan) -> LoadTrial | None:
        with self.listener.watch(plan, expecting=self.expecting) as progress:
            return await play_trial(
                self.scenario, plan, world=self.options.world, progress=progress, stop=self.stop, logs=self.logs
            )

    @property
    def accuracy(self) -> Accuracy:
        """Where something is planned for instants of the load, no trial may be shorter than another."""
        seconds = self.options.seconds
        least = _SHORTEST_LIVE if self.options.world is WorldName.LIVE else 0.0
        shortest = seconds if has_schedule(self.scenario) else min(seconds, max(seconds * _SHORTEST, least))
        return Accuracy(within=self.options.within, seconds=seconds, shortest=shortest, repeats=self.options.repeats)

    def _allowed(self, expected: RateInterval, most: float | None) -> tuple[float, float]:
        """The rates that are tried at all; `most` may lie below what is expected."""
        begin = _rates(expected, self.options.within)
        highest = begin[1] * _ABOVE if most is None else most
        lowest = max(begin[0] / _BELOW, min(_FEWEST / self.options.seconds, begin[0] / 4))
        return min(lowest, highest / 4), highest


def _held(trial: LoadTrial) -> dict[str, bool]:
    """Which goals the trial held; a trial that says nothing holds none, so the search goes down."""
    figures = {figure.criterion: figure.outcome is TrialOutcome.HELD for figure in trial.figures}
    return {ALL: trial.outcome is TrialOutcome.HELD, **figures}


def _rates(start: RateInterval, within: float) -> tuple[float, float]:
    """The two rates to begin with; where one bound is not known, one as far away as is asked."""
    known: Sequence[float] = [rate for rate in (start.lower, start.upper) if rate is not None]
    assert known, "an interval to begin with has a bound"
    return start.lower or known[0] * (1 - within), start.upper or known[0] / (1 - within)


def _is_narrow(begin: tuple[float, float], within: float) -> bool:
    """Whether two rates are no further apart than is asked; they have been rounded."""
    return (begin[1] - begin[0]) / begin[1] <= within * _ROUNDED


async def expect_capacity(search: CapacitySearch) -> RateInterval:
    """What the model world says of the scenario of a search; where it knows none, what mean service times say.

    The goal of an interval from the model is `ALL`.
    """
    guess = first_guess(search.scenario)
    begin = RateInterval(goal="", lower=guess * (1 - _ROUGH), upper=guess)
    if search.options.world is WorldName.MODEL:
        return begin
    options = replace(
        search.options,
        world=WorldName.MODEL,
        seconds=search.options.seconds
        if has_schedule(search.scenario)
        else min(search.options.seconds, _MODELLED / guess),
        repeats=1,
    )
    model = CapacitySearch(
        modelled(search.scenario), options, listener=search.listener, stop=search.stop, expecting=True
    )
    (found,) = await model.find(begin)
    return begin if found.lower is None else found
