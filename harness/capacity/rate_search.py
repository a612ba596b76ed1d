"""The search for the highest rate, by MLRsearch: the library decides at which rate, and for how long, to try next.

Multiple Loss Ratio search (IETF draft-ietf-bmwg-mlrsearch; the PyPI package is its reference implementation) calls a
rate a lower bound of a goal where trials of a stated sum of durations show that the goal holds there in most of them,
and an upper bound where it does not. It begins with short trials and wide intervals, decides by long ones, and never
trusts a good trial above a bad one. Its trials have one loss ratio each; ours have an outcome per goal, so each goal
keeps its own losses in the library's data. Its first trials are at the highest rate and at what came through there: of
a service that queues, nothing useful comes through, so ours are at the rates that the caller expects, and from there by
factors of two until one holds and one does not. (Without an upper bound the library would try the highest rate of all.)
Where the caller expects the capacity between two rates that are as close as is asked, those are tried at full length at
once, and the first steps from there are small: a search that is right about them ends after two trials.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from MLRsearch import Config, MultipleLossRatioSearch, SearchGoal
from MLRsearch.discrete_load import DiscreteLoad
from MLRsearch.discrete_result import DiscreteResult
from MLRsearch.load_stats import LoadStats

__all__ = ["Accuracy", "RateBounds", "SearchStopped", "search_rates"]

_FACTOR = 2.0
_TOLD_APART = 1e-6
"""The library knows goals by their figures. Losses are 0 or 1 here, so this much more of an allowed loss changes
nothing else."""


class SearchStopped(Exception):
    """Raised by what plays the trials, to end the search with what is known so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """within: how far the bounds may be apart, as a share of the upper one. seconds: of the longest trial. shortest: of
    the first ones. repeats: so many of the longest trials decide a rate, by majority."""

    within: float
    seconds: float
    shortest: float
    repeats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RateBounds:
    """What is known of one goal. complete: as narrow as was asked, or at the end of what is allowed."""

    lower: float | None = None
    upper: float | None = None
    complete: bool = True


def search_rates(
    play: Callable[[float, float], Mapping[str, bool]],
    goals: Sequence[str],
    *,
    start: tuple[float, float],
    allowed: tuple[float, float],
    accuracy: Accuracy,
    near: bool = False,
) -> dict[str, RateBounds]:
    """Find the bounds of every goal in one search. play(rate, seconds): one trial, says which goals held.

    start: two rates to begin with. near: whether they are `within` of each other, and the capacity is expected between
    them. allowed: the lowest and the highest rate. Where `play` raises `SearchStopped`, what is known by then is the
    result.
    """
    wanted = {goal: _goal(number, accuracy) for number, goal in enumerate(goals)}
    config = Config(
        goals=tuple(wanted.values()),
        min_load=allowed[0],
        max_load=allowed[1],
        search_duration_max=float("inf"),
        warmup_duration=0.0,
    )
    search = _Search(config)
    search.play, search.start = play, start
    search.accuracy, search.near = accuracy, near
    search.names = {each.loss_ratio: goal for goal, each in wanted.items()}
    try:
        search.search(measurer=None, debug=_ignore)
    except SearchStopped:
        complete = False
    else:
        complete = True
    return {goal: search.bounds(wanted[goal], complete=complete) for goal in goals}


def _goal(number: int, accuracy: Accuracy) -> SearchGoal:
    return SearchGoal(
        loss_ratio=number * _TOLD_APART,
        exceed_ratio=0.5,
        relative_width=accuracy.within,
        initial_trial_duration=accuracy.shortest,
        final_trial_duration=accuracy.seconds,
        duration_sum=accuracy.seconds * accuracy.repeats,
        preceding_targets=2 if accuracy.shortest < accuracy.seconds else 1,
        fail_fast=False,
    )


def _ignore(text: str) -> None:
    """The library's remarks are for its authors."""


class _Search(MultipleLossRatioSearch):  # type: ignore[misc]  # the library ships no types
    """The library's search with a loss per goal, and with first trials of our choice."""

    play: Callable[[float, float], Mapping[str, bool]]
    start: tuple[float, float]
    accuracy: Accuracy
    near: bool
    names: Mapping[float, str]

    def measure(self, duration: float, load: Any) -> DiscreteResult:
        held = self.play(float(load), duration)
        results = {outcome: _result(duration, load, outcome) for outcome in (True, False)}
        for target, stat in self._row(load).items():
            stat.add(results[held[self.names[target.loss_ratio]]])
        return results[all(held.values())]

    def _row(self, load: Any) -> Mapping[Any, Any]:
        """What is known of a rate, by target."""
        rows, key = self.database.load_to_stats, load.hashable()
        if key not in rows:
            rows[key] = LoadStats.new_empty(load=key, targets=self.scaling.targets)
            self.database.load_to_stats = dict(sorted(rows.items()))
        row: Mapping[Any, Any] = self.database.load_to_stats[key].target_to_stat
        return row

    def run_initial_trials(self) -> tuple[DiscreteResult, DiscreteResult]:
        """The two rates of `start`, or one of them where they are too close to tell apart; then rates around them until
        all goals hold at the lower of two and not at the upper, or the end of what is allowed."""
        least, most = (int(limit) for limit in (self.limit_handler.min_load, self.limit_handler.max_load))

        def measured(rate: float, seconds: float) -> tuple[int, DiscreteResult]:
            load = min(max(int(self.from_float(rate).rounded_down()), least), most)
            return load, self.measure(seconds, DiscreteLoad(self.rounding, int_load=load))

        first = self.accuracy.seconds if self.near else self.accuracy.shortest
        low, lower = measured(self.start[0], first)
        high, upper = low, lower
        if int(self.from_float(self._second_rate(low)).rounded_down()) > low:
            high, upper = measured(self._second_rate(low), first)
        for seconds, factor in self._steps():
            if upper.loss_count > 0 or high >= most:
                break
            low, lower = high, upper
            high, upper = measured(float(upper.discrete_load) * factor, seconds)
        for seconds, factor in self._steps():
            if lower.loss_count == 0 or low <= least:
                break
            high, upper = low, lower
            low, lower = measured(float(lower.discrete_load) / factor, seconds)
        return lower, upper

    def _second_rate(self, low: int) -> float:
        """Of the start. Rates are rounded; two that are near are as far apart as the goals allow and no further."""
        if not self.near:
            return self.start[1]
        width = min(target.discrete_width for target in self.scaling.targets)
        return float(DiscreteLoad(self.rounding, int_load=low) + width)

    def _steps(self) -> Iterator[tuple[float, float]]:
        """How long rates outside the start are tried, and by which factor each is further away."""
        factor = 1 / (1 - self.accuracy.within)
        while self.near and factor**2 < _FACTOR:
            factor **= 2
            yield self.accuracy.seconds, factor
        while True:
            yield self.accuracy.shortest, _FACTOR

    def bounds(self, goal: SearchGoal, *, complete: bool) -> RateBounds:
        """What is known of a goal; of a search that was stopped, by the strictest trials that there were."""
        target = self.scaling.goal_to_final_target[goal]
        lower = upper = None
        while target is not None:
            found = self.database.get_relevant_bounds(target)
            lower, upper = lower or found.clo, upper or found.chi
            target = None if complete else target.preceding
        return RateBounds(
            lower=None if lower is None else float(lower),
            upper=None if upper is None else float(upper),
            complete=complete,
        )


def _result(duration: float, load: Any, held: bool) -> DiscreteResult:
    return DiscreteResult(
        intended_duration=duration,
        intended_load=float(load),
        offered_count=1,
        loss_count=0 if held else 1,
        discrete_load=load,
    )
