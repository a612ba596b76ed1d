"""The search: narrow intervals that hold the truth, for several goals at once, also where it is cut short."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from harness.capacity.rate_search import Accuracy, SearchStopped, search_rates

EXACT = Accuracy(within=0.05, seconds=20.0, shortest=5.0, repeats=3)
Play = Callable[[float, float], Mapping[str, bool]]


def _steps(**capacities: float) -> Play:
    return lambda rate, seconds: {goal: rate < capacity for goal, capacity in capacities.items()}


@pytest.mark.parametrize("capacity", [3.0, 49.0, 400.0])
def test_the_interval_holds_the_truth_and_is_as_narrow_as_asked_wherever_it_began(capacity: float) -> None:
    found = search_rates(_steps(all=capacity), ["all"], start=(48.0, 50.0), allowed=(0.05, 5e3), accuracy=EXACT)["all"]
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower < capacity <= found.upper
    assert (found.upper - found.lower) / found.upper <= 0.05
    assert found.complete


def test_several_goals_are_found_in_one_search_with_fewer_trials_than_one_after_another() -> None:
    trials: list[float] = []

    def play(rate: float, seconds: float) -> Mapping[str, bool]:
        trials.append(rate)
        return _steps(a=40.0, b=43.0, c=60.0)(rate, seconds)

    def found(*goals: str) -> int:
        trials.clear()
        bounds = search_rates(play, goals, start=(38.0, 42.0), allowed=(0.05, 5e3), accuracy=EXACT)
        for goal, truth in zip(goals, [{"a": 40.0, "b": 43.0, "c": 60.0}[goal] for goal in goals], strict=True):
            assert (bounds[goal].lower or 0) < truth <= (bounds[goal].upper or 0)
        return len(trials)

    assert found("a", "b", "c") < found("a") + found("b") + found("c")


def test_trials_that_are_wrong_now_and_then_move_the_interval_little() -> None:
    """Each trial errs by five per cent (one sigma): the majority of long trials decides."""
    draws = np.random.default_rng(5)

    def play(rate: float, seconds: float) -> Mapping[str, bool]:
        return {"all": rate < 40.0 * (1 + 0.05 * draws.standard_normal())}

    for _ in range(20):
        found = search_rates(play, ["all"], start=(38.0, 42.0), allowed=(0.05, 5e3), accuracy=EXACT)["all"]
        assert found.lower is not None
        assert found.upper is not None
        assert 0.85 * 40 < (found.lower + found.upper) / 2 < 1.1 * 40


def test_what_is_known_when_the_search_is_stopped_is_kept() -> None:
    left = 5

    def play(rate: float, seconds: float) -> Mapping[str, bool]:
        nonlocal left
        left -= 1
        if left < 0:
            raise SearchStopped
        return {"all": rate < 60.0}

    found = search_rates(play, ["all"], start=(48.0, 50.0), allowed=(0.05, 5e3), accuracy=EXACT)["all"]
    assert not found.complete
    assert found.lower is not None
    assert found.lower < 60.0
    left = 0
    nothing = search_rates(play, ["all"], start=(48.0, 50.0), allowed=(0.05, 5e3), accuracy=EXACT)["all"]
    assert (nothing.lower, nothing.upper, nothing.complete) == (None, None, False)


def test_a_goal_that_holds_everywhere_has_no_upper_bound_and_one_that_never_holds_no_lower() -> None:
    bounds = search_rates(
        lambda rate, seconds: {"always": True, "never": False},
        ["always", "never"],
        start=(48.0, 50.0),
        allowed=(1.0, 400.0),
        accuracy=EXACT,
    )
    assert (bounds["always"].lower, bounds["always"].upper) == (400.0, None)
    assert (bounds["never"].lower, bounds["never"].upper) == (None, 1.0)


def test_no_trial_is_shorter_than_the_shortest_and_long_ones_decide() -> None:
    durations: list[float] = []

    def play(rate: float, seconds: float) -> Mapping[str, bool]:
        durations.append(seconds)
        return {"all": rate < 40.0}

    search_rates(play, ["all"], start=(38.0, 42.0), allowed=(0.05, 5e3), accuracy=EXACT)
    assert min(durations) >= 5.0
    assert durations.count(20.0) >= 3
    durations.clear()
    equal = Accuracy(within=0.05, seconds=20.0, shortest=20.0, repeats=3)
    search_rates(play, ["all"], start=(38.0, 42.0), allowed=(0.05, 5e3), accuracy=equal)
    assert set(durations) == {20.0}


@pytest.mark.parametrize("capacity", [3.0, 49.0, 400.0])
def test_no_trial_is_far_above_the_capacity(capacity: float) -> None:
    """A rate that is many times too high keeps a live service, and the machine, busy long after its trial."""
    rates: list[float] = []

    def play(rate: float, seconds: float) -> Mapping[str, bool]:
        rates.append(rate)
        return {"all": rate < capacity}

    wide = Accuracy(within=0.2, seconds=20.0, shortest=5.0, repeats=1)
    search_rates(play, ["all"], start=(48.0, 50.0), allowed=(0.05, 5e3), accuracy=wide)
    assert max(rates) <= max(2.1 * capacity, 50.0)


@pytest.mark.parametrize(("capacity", "trials"), [(40.0, 2), (38.5, 6), (43.0, 6), (3.0, 25), (400.0, 25)])
def test_a_start_that_is_right_ends_after_a_full_trial_of_each_bound_and_a_wrong_one_is_left(
    capacity: float, trials: int
) -> None:
    played: list[tuple[float, float]] = []

    def play(rate: float, seconds: float) -> Mapping[str, bool]:
        played.append((rate, seconds))
        return {"all": rate < capacity}

    once = Accuracy(within=0.05, seconds=20.0, shortest=5.0, repeats=1)
    found = search_rates(play, ["all"], start=(39.0, 41.0), allowed=(0.05, 5e3), accuracy=once, near=True)["all"]
    assert (found.lower or 0.0) < capacity <= (found.upper or 0.0)
    assert ((found.upper or 0.0) - (found.lower or 0.0)) / (found.upper or 1.0) <= 0.05
    assert [seconds for _, seconds in played[:2]] == [20.0, 20.0]
    assert len(played) <= trials
    far = [seconds for rate, seconds in played if not 15.0 < rate < 100.0]
    assert all(seconds == 5.0 for seconds in far[:1]), "far from what was expected, short trials come first"
