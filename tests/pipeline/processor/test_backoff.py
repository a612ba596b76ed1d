"""Backoff: exponential, capped, jittered in full, and the same for the same coordinate."""

from statistics import mean

from hypothesis import given
from hypothesis import strategies as st

from connector.values import replace
from pipeline.processor.backoff import backoff, pause_of_sweep
from pipeline.settings import RetrySettings
from tests.pipeline.processor.records import FRESH

RETRY = RetrySettings(first=0.5, longest=10.0)


@given(attempt=st.integers(0, 10_000), seed=st.integers(0, 2**63), fence=st.integers(0, 10**9))
def test_a_wait_lies_between_nothing_and_the_ceiling_of_its_attempt(attempt: int, seed: int, fence: int) -> None:
    wait = backoff(RETRY, replace(FRESH, attempt=attempt, fence=fence), seed=seed)
    assert 0 < wait < min(10.0, 0.5 * 2.0 ** max(0, min(attempt, 60) - 1))


def test_a_look_that_told_nothing_lengthens_the_wait_as_a_try_does() -> None:
    means = [
        mean(
            backoff(RETRY, replace(FRESH, attempt=attempt, deferrals=deferrals, id=str(share)), seed=0)
            for share in range(2000)
        )
        for attempt, deferrals in ((1, 0), (1, 1), (0, 3), (2, 30))
    ]
    for observed, expected in zip(means, [0.25, 0.5, 1.0, 5.0], strict=True):
        assert abs(observed - expected) < 0.05 * expected


def test_a_sweep_that_could_not_list_its_cluster_pauses_twice_as_long_each_time_up_to_the_longest_backoff() -> None:
    assert [pause_of_sweep(RETRY, 2.0, unswept) for unswept in range(5)] == [2.0, 4.0, 8.0, 10.0, 10.0]
    assert pause_of_sweep(RETRY, 60.0, 5) == 60.0


def test_the_same_coordinate_gives_the_same_wait_and_another_gives_another() -> None:
    again = [backoff(RETRY, FRESH, seed=1) for _ in range(2)]
    others = [
        backoff(RETRY, FRESH, seed=2),
        backoff(RETRY, replace(FRESH, id="another"), seed=1),
        backoff(RETRY, replace(FRESH, fence=2), seed=1),
    ]
    assert again[0] == again[1]
    assert len({again[0], *others}) == 4


def test_jitter_is_full_and_the_mean_doubles_until_the_cap() -> None:
    means = [
        mean(backoff(RETRY, replace(FRESH, attempt=attempt, id=str(share)), seed=0) for share in range(2000))
        for attempt in (1, 2, 3, 9)
    ]
    for observed, expected in zip(means, [0.25, 0.5, 1.0, 5.0], strict=True):
        assert abs(observed - expected) < 0.05 * expected
