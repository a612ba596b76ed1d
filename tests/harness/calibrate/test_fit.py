"""From samples of a known distribution its family and parameters come back, and what no family fits stays as it is."""

import math

import pytest

from connector.chance import Chance
from fake_clusters.distributions import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Lognormal,
    Mixture,
    MixturePart,
    Pareto,
    Weibull,
)
from harness.calibrate.families import FAMILIES
from harness.calibrate.fit import fit
from harness.calibrate.goodness import distance, least_distance

KNOWN: dict[str, Distribution] = {
    "exponential": Exponential(mean=0.2),
    "lognormal": Lognormal(median=0.065, p99=0.15),
    "gamma": Gamma(mean=0.3, shape=4.0),
    "weibull": Weibull(scale=0.3, shape=0.6),
    "pareto": Pareto(minimum=0.2, shape=1.5),
}
TWO_FACES = Mixture(parts=(MixturePart(weight=9, of=Constant(0.1)), MixturePart(weight=1, of=Constant(5.0))))


def drawn(distribution: Distribution, size: int, seed: int = 1) -> list[float]:
    chance = Chance(seed, "samples")
    return [distribution.ppf(chance.u01(index)) for index in range(size)]


@pytest.mark.parametrize("kind", KNOWN)
def test_a_family_s_parameters_come_back(kind: str) -> None:
    fitted = FAMILIES[kind](drawn(KNOWN[kind], 5_000))
    assert fitted is not None
    for u in (0.1, 0.5, 0.9):
        assert fitted.ppf(u) == pytest.approx(KNOWN[kind].ppf(u), rel=0.06)


@pytest.mark.parametrize("kind", KNOWN)
def test_what_is_chosen_is_near_fresh_samples_too(kind: str) -> None:
    chosen = fit(drawn(KNOWN[kind], 400)).chosen
    assert distance(sorted(drawn(KNOWN[kind], 400, seed=2)), chosen) < 0.1


def test_chance_explains_the_distance_of_the_true_family_in_most_cases() -> None:
    explained = [fit(drawn(KNOWN["lognormal"], 100, seed=seed)).by_chance for seed in range(20)]
    assert sum(share >= 0.05 for share in explained) >= 17


def test_what_no_family_fits_is_told_by_the_samples() -> None:
    samples = drawn(TWO_FACES, 400)
    found = fit(samples)
    assert found.kind == "empirical"
    assert found.by_chance < 0.05
    assert isinstance(found.chosen, Empirical)
    assert distance(sorted(samples), found.chosen) < 0.05
    assert fit(samples, "family").kind == found.nearest


def test_samples_that_hardly_differ_are_a_constant() -> None:
    found = fit([0.2, 0.201, 0.199])
    assert found.kind == "constant"
    assert found.chosen.mean == pytest.approx(0.2)


def test_many_samples_are_told_by_their_quantiles() -> None:
    samples = drawn(KNOWN["lognormal"], 3_000)
    found = fit(samples, "empirical").chosen
    assert isinstance(found, Empirical)
    assert len(found.samples) == 500
    assert distance(sorted(samples), found) < 0.01


def test_samples_of_no_time_are_borne() -> None:
    assert fit([0.0, 0.0, 0.01, 0.02], "family").chosen.mean >= 0.0


def test_the_distance_is_that_of_kolmogorov_and_smirnov() -> None:
    scipy_stats = pytest.importorskip("scipy.stats")
    ordered = sorted(drawn(KNOWN["exponential"], 500))
    expected = scipy_stats.kstest(ordered, "expon", args=(0, 0.25)).statistic
    assert distance(ordered, Exponential(mean=0.25)) == pytest.approx(expected, abs=0.003)


def test_a_distance_that_chance_may_have_made_is_none() -> None:
    assert least_distance(0.1, 100, doubt=0.01) == 0.0
    assert least_distance(0.3, 1_000, doubt=0.01) == pytest.approx(0.2485, abs=1e-3)


def test_samples_of_no_time_make_no_long_tail() -> None:
    fitted = fit([0.0, 0.0, 0.0, 0.001, 0.0, 0.002], "family")
    assert fitted.nearest in {"constant", "exponential"}
    assert fitted.chosen.ppf(0.99) < 0.01


def test_a_family_without_a_mean_is_never_taken() -> None:
    wild = [0.001 * 10 ** (index % 7) for index in range(30)]
    fitted = fit(wild, "family", seed=1)
    assert "pareto" not in fitted.distances
    assert math.isfinite(fitted.chosen.mean)
