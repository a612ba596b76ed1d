"""The distributions agree with scipy's to 1e-9 relative, and each mean is the mean of its quantiles."""

import math

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fake_clusters.distributions import (
    DISTRIBUTIONS,
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Lognormal,
    Mixture,
    MixturePart,
    Pareto,
    TruncatedNormal,
    Uniform,
    Weibull,
)
from fake_clusters.distributions.distribution import Bulk, quantiles_of

TAILS = [1e-12, 1e-9, 1e-6, 1e-3, 0.01, 0.1, 0.3, 0.4999, 0.5, 0.5001, 0.7, 0.9, 0.99, 0.999, 1 - 1e-6, 1 - 1e-9]


def lognormal(median: float, p99: float) -> object:
    return stats.lognorm(s=math.log(p99 / median) / stats.norm.ppf(0.99), scale=median)


PAIRS: list[tuple[Distribution, object]] = [
    (Uniform(low=0.5, high=3.0), stats.uniform(0.5, 2.5)),
    (Uniform(high=2.0), stats.uniform(0, 2)),
    (Exponential(mean=1.7), stats.expon(scale=1.7)),
    (Lognormal(median=0.2, p99=2.0), lognormal(0.2, 2.0)),
    (Lognormal(median=5.0, p99=5.5), lognormal(5.0, 5.5)),
    (Weibull(scale=0.3, shape=0.6), stats.weibull_min(0.6, scale=0.3)),
    (Weibull(scale=2.0, shape=4.0), stats.weibull_min(4.0, scale=2.0)),
    (Pareto(minimum=0.2, shape=1.3), stats.pareto(1.3, scale=0.2)),
    (Pareto(minimum=1.0, shape=6.0), stats.pareto(6.0)),
    *(
        (Gamma(mean=3.0, shape=k), stats.gamma(k, scale=3.0 / k))
        for k in (0.01, 0.1, 0.5, 0.99, 1, 1.01, 2, 5, 100, 10_000)
    ),
]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=[repr(ours) for ours, _ in PAIRS])
def test_quantiles_agree_with_scipy_far_into_both_tails(ours: Distribution, theirs: stats.rv_continuous) -> None:
    for u in TAILS:
        assert ours.ppf(u) == pytest.approx(float(theirs.ppf(u)), rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(("centre", "deviation"), [(1.0, 0.1), (1.0, 1.0), (0.2, 1.0), (0.0, 2.0), (50.0, 3.0)])
def test_the_normal_distribution_cut_at_zero_agrees_with_scipy(centre: float, deviation: float) -> None:
    ours = TruncatedNormal(centre=centre, deviation=deviation)
    theirs = stats.truncnorm(-centre / deviation, math.inf, loc=centre, scale=deviation)
    # Near zero centre and score cancel, in scipy's as in ours: 1e-9 relative holds from the 1e-6 quantile on.
    for u in [u for u in TAILS if u >= 1e-6]:
        # scipy's own ppf loses digits near 1, where its isf does not.
        exact = theirs.isf(1 - u) if u > 0.5 else theirs.ppf(u)
        assert ours.ppf(u) == pytest.approx(float(exact), rel=1e-9)
    assert ours.mean == pytest.approx(float(theirs.mean()), rel=1e-9)


@given(st.floats(min_value=1e-3, max_value=1e4), st.floats(min_value=1e-9, max_value=1 - 1e-9))
def test_gamma_agrees_with_scipy_at_any_shape(shape: float, u: float) -> None:
    theirs = float(stats.gamma.ppf(u, shape))
    assert Gamma(mean=shape, shape=shape).ppf(u) == pytest.approx(theirs, rel=1e-9, abs=1e-250)


SOME: list[Distribution] = [
    Constant(1.5),
    *(ours for ours, _ in PAIRS if not (isinstance(ours, Pareto | Gamma) and ours.shape < 1.5)),
    TruncatedNormal(centre=1.0, deviation=0.8),
    Mixture(
        parts=(MixturePart(weight=9, of=Exponential(mean=0.1)), MixturePart(weight=1, of=Gamma(mean=8.0, shape=4)))
    ),
    Empirical(samples=(3.0, 1.0, 2.0, 10.0)),
    Empirical(samples=(3.0,)),
]


@pytest.mark.parametrize("distribution", SOME, ids=repr)
def test_the_mean_is_the_mean_of_the_quantiles(distribution: Distribution) -> None:
    steps = 200 if isinstance(distribution, Gamma) and distribution.shape > 50 else 4_000
    mean = sum(distribution.ppf((step + 0.5) / steps) for step in range(steps)) / steps
    assert mean == pytest.approx(distribution.mean, rel=0.01)


@pytest.mark.parametrize("distribution", SOME, ids=repr)
def test_no_quantile_is_negative_and_extremes_are_finite(distribution: Distribution) -> None:
    for u in (2.0**-54, 1e-9, 0.5, 1 - 2.0**-53):
        assert 0 <= distribution.ppf(u) < math.inf


def test_a_power_law_that_has_no_mean_says_so() -> None:
    assert Pareto(minimum=1.0, shape=1.0).mean == math.inf


def test_a_mixture_has_its_parts_in_their_proportion() -> None:
    parts = (MixturePart(weight=1, of=Gamma(mean=8.0, shape=4)), MixturePart(weight=3, of=Exponential(mean=4.0)))
    mixture = Mixture(parts=parts)
    drawn = [mixture.ppf((step + 0.5) / 5000) for step in range(5000)]

    def whole(x: object) -> object:
        return 0.25 * stats.gamma.cdf(x, 4, scale=2.0) + 0.75 * stats.expon.cdf(x, scale=4.0)

    assert stats.kstest(drawn, whole).statistic < 0.001


def test_a_mixture_of_separate_parts_has_their_quantiles_in_whatever_order_they_are_listed() -> None:
    parts = (MixturePart(weight=1, of=Uniform(low=10, high=20)), MixturePart(weight=3, of=Uniform(low=1, high=2)))
    mixture = Mixture(parts=parts)
    for u, quantile in [(0.375, 1.5), (0.7499999, 2.0), (0.7500001, 10.0), (0.875, 15.0)]:
        assert mixture.ppf(u) == pytest.approx(quantile, abs=1e-5)


@given(
    st.lists(st.floats(min_value=0, max_value=1e6), min_size=1, max_size=50),
    st.floats(min_value=0.001, max_value=0.999),
)
def test_empirical_quantiles_are_numpys(samples: list[float], u: float) -> None:
    assert Empirical(samples=tuple(samples)).ppf(u) == pytest.approx(
        float(numpy.quantile(samples, u)), rel=1e-9, abs=1e-9
    )


@pytest.mark.parametrize(
    ("kind", "parameters", "complaint"),
    [
        ("constant", {"value": -1.0}, "value must be at least 0, not -1"),
        ("uniform", {"low": 2.0, "high": 1.0}, "high must be at least 2, not 1"),
        ("exponential", {"mean": 0.0}, "mean must be above 0"),
        ("normal", {"centre": 1.0, "deviation": 0.0}, "deviation must be above 0"),
        ("lognormal", {"median": 2.0, "p99": 1.0}, "p99 must be at least 2, not 1"),
        ("lognormal", {"median": math.nan, "p99": 1.0}, "median must be above 0, not nan"),
        ("gamma", {"mean": 1.0, "shape": 0.0}, "shape must be from 0.001 to 10000"),
        ("weibull", {"scale": 1.0, "shape": math.inf}, "shape must be above 0, not inf"),
        ("pareto", {"minimum": 0.0, "shape": 1.0}, "minimum must be above 0"),
        ("mixture", {"parts": ()}, "parts must name at least one"),
        ("empirical", {"samples": ()}, "samples must hold at least one"),
    ],
)
def test_parameters_that_make_no_distribution_are_refused_by_name(
    kind: str, parameters: dict[str, object], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        DISTRIBUTIONS[kind](**parameters)


def test_a_weight_must_be_above_zero() -> None:
    with pytest.raises(ValueError, match="weight must be above 0"):
        MixturePart(weight=0, of=Constant(1))


@pytest.mark.parametrize("distribution", [distribution for distribution, _ in PAIRS], ids=repr)
def test_many_quantiles_together_are_those_of_one_after_another(distribution: Distribution) -> None:
    assert quantiles_of(distribution)(TAILS) == [distribution.ppf(u) for u in TAILS]
    assert isinstance(distribution, Bulk) is isinstance(distribution, Lognormal)
