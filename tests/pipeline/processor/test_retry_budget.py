"""The retry budget: what first tries, answers and time fill, and retries take."""

from pipeline.processor.retry_budget import RetryTokens
from pipeline.settings import RetrySettings


def used_up(budget: float = 0.5, floor: float = 1.0) -> RetryTokens:
    """At instant 0, of a burst of 3."""
    made = RetryTokens(RetrySettings(budget=budget, floor=floor, burst=3))
    assert [made.take(0.0) for _ in range(4)] == [True, True, True, False]
    return made


def test_without_a_budget_every_retry_may_begin() -> None:
    budget = RetryTokens(RetrySettings())
    assert all(budget.take(0.0) for _ in range(1000))
    assert not budget.is_short


def test_first_tries_allow_a_part_of_retries() -> None:
    budget = used_up()
    budget.first_try()
    assert not budget.take(0.0)
    budget.first_try()
    assert [budget.take(0.0) for _ in range(2)] == [True, False]


def test_a_few_are_allowed_at_all_times() -> None:
    budget = used_up(budget=0.0, floor=2.0)
    assert not budget.take(0.4)
    assert budget.take(0.5)
    assert not budget.take(0.5)


def test_answers_fill_it_up_to_the_burst() -> None:
    budget = used_up()
    short = [budget.is_short]
    for _ in range(4):
        budget.answered()
        short.append(budget.is_short)
    assert short == [True, True, True, False, False]
    assert [budget.take(0.0) for _ in range(4)] == [True, True, True, False]


def test_a_clock_that_is_set_back_takes_nothing_away() -> None:
    budget = used_up()
    budget.answered()
    assert budget.take(-5.0)


def test_whoever_counts_is_told_of_each_that_waits() -> None:
    told: list[int] = []
    budget = RetryTokens(RetrySettings(budget=0.0, burst=1), lambda: told.append(1))
    assert [budget.take(0.0) for _ in range(3)] == [True, False, False]
    assert len(told) == 2
