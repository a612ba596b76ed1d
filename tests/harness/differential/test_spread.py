"""Intervals of quantiles are those of the binomial distribution, and hold what they say."""

import math
from itertools import pairwise

import pytest
from scipy import stats

from connector.chance import Chance
from harness.differential.spread import quantile_of, ranks

_COUNTS = (1, 2, 5, 17, 100, 1_000, 20_000)
_SHARES = (0.01, 0.5, 0.9, 0.99)


@pytest.mark.parametrize("count", _COUNTS)
@pytest.mark.parametrize("share", _SHARES)
def test_ranks_are_the_tightest_that_keep_the_risk(count: int, share: float) -> None:
    low, high = ranks(count, share)
    below = stats.binom(count, share)
    assert below.cdf(low - 1) <= 0.025
    assert below.cdf(low) > 0.025
    assert below.sf(high - 1) <= 0.025
    assert high == 0 or below.sf(high - 2) > 0.025


@pytest.mark.parametrize("count", [60, 500, 3_000])
@pytest.mark.parametrize("share", _SHARES)
def test_the_interval_is_that_of_the_quantile_test(count: int, share: float) -> None:
    chance = Chance(count, "values")
    values = sorted(-math.log(chance.u01(number)) for number in range(count))
    found = quantile_of(values, share)
    wanted = stats.quantile_test(values, q=found.value, p=share).confidence_interval(confidence_level=0.95)
    theirs = [
        math.copysign(math.inf, side) if math.isnan(bound) else bound
        for bound, side in zip(wanted, (-1, 1), strict=True)
    ]
    assert [found.low, found.high] == theirs


def test_too_few_values_leave_a_side_open() -> None:
    found = quantile_of([1.0, 2.0, 3.0], 0.99)
    assert (found.low, found.value, found.high) == (2.0, 3.0, math.inf)
    assert quantile_of([1.0], 0.5).low == -math.inf


def test_intervals_hold_the_true_median_as_often_as_they_say() -> None:
    chance = Chance(1, "coverage")
    held = 0
    for run in range(1_000):
        found = quantile_of(sorted(chance.u01(run, number) for number in range(40)), 0.5)
        held += found.low <= 0.5 <= found.high
    assert 930 <= held <= 990


def test_the_normal_form_joins_the_exact_one() -> None:
    for share in _SHARES:
        exact, normal = ranks(100_000, share), ranks(100_001, share)
        assert all(abs(ours - theirs) <= 4 for ours, theirs in zip(exact, normal, strict=True))


def test_more_values_give_a_narrower_interval() -> None:
    widths = [(high - low) / count for count in (100, 1_000, 10_000) for low, high in [ranks(count, 0.9)]]
    assert all(wide > narrow for wide, narrow in pairwise(widths))
