"""One family of distributions each, fitted to samples by maximum likelihood; None where none of it fits at all."""

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import NormalDist, fmean, pstdev

from fake_clusters.distributions import Constant, Distribution, Exponential, Gamma, Lognormal, Pareto, Weibull

__all__ = ["FAMILIES", "FitFamily"]

FitFamily = Callable[[Sequence[float]], Distribution | None]
"""From positive samples, at least two of them."""

_P99 = NormalDist().inv_cdf(0.99)
_STEPS = 60
"""Bisections of a shape: more than a double has bits."""
_NARROW = 0.02
"""A spread below this share of the mean is none: the clock and the network have more."""


def _constant(samples: Sequence[float]) -> Distribution | None:
    mean = fmean(samples)
    return Constant(value=mean) if pstdev(samples) <= _NARROW * mean else None


def _exponential(samples: Sequence[float]) -> Distribution:
    return Exponential(mean=fmean(samples))


def _lognormal(samples: Sequence[float]) -> Distribution | None:
    logs = [math.log(each) for each in samples]
    mean = fmean(logs)
    return Lognormal(median=math.exp(mean), p99=math.exp(mean + _P99 * pstdev(logs, mean)))


def _gamma(samples: Sequence[float]) -> Distribution | None:
    """The shape solves log(a) - digamma(a) = log(mean) - mean(log) (Minka, "Estimating a Gamma distribution", 2002)."""
    mean = fmean(samples)
    wanted = math.log(mean) - fmean(math.log(each) for each in samples)
    shape = _bisect(lambda a: math.log(a) - _digamma(a) - wanted, 1e-2, 1e4)
    return None if shape is None else Gamma(mean=mean, shape=shape)


def _weibull(samples: Sequence[float]) -> Distribution | None:
    """The shape solves sum(x^k log x) / sum(x^k) - 1/k = mean(log x) (Johnson, Kotz, Balakrishnan, 1994, ch. 21)."""
    top = max(samples)
    logs = [math.log(each / top) for each in samples]  # of values up to 1, so that no power overflows
    mean = fmean(logs)

    def excess(k: float) -> float:
        powers = [math.exp(k * each) for each in logs]
        return 1 / k + mean - math.fsum(p * each for p, each in zip(powers, logs, strict=True)) / math.fsum(powers)

    shape = _bisect(excess, 0.05, 500.0)
    if shape is None:
        return None
    scale = top * fmean(math.exp(shape * each) for each in logs) ** (1 / shape)
    return Weibull(scale=scale, shape=shape)


def _pareto(samples: Sequence[float]) -> Distribution | None:
    """Hill's estimator over all samples. None where it has no mean: no cluster is that slow."""
    least = min(samples)
    excess = fmean(math.log(each / least) for each in samples)
    return Pareto(minimum=least, shape=1 / excess) if 0 < excess < 1 else None


FAMILIES: Mapping[str, FitFamily] = {
    "constant": _constant,
    "exponential": _exponential,
    "lognormal": _lognormal,
    "gamma": _gamma,
    "weibull": _weibull,
    "pareto": _pareto,
}
"""By the kind that a clusters file names."""


def _bisect(excess: Callable[[float], float], low: float, high: float) -> float | None:
    """Where a falling function is zero; None where that is outside."""
    if not excess(low) >= 0 >= excess(high):
        return None
    for _ in range(_STEPS):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return math.sqrt(low * high)


def _digamma(x: float) -> float:
    """By recurrence to 6, then the asymptotic series (Abramowitz and Stegun, 6.3.5 and 6.3.18): to about 1e-9."""
    lower = 0.0
    while x < 6:
        lower -= 1 / x
        x += 1
    inverse = 1 / (x * x)
    series = inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse / 240)))
    return lower + math.log(x) - 0.5 / x - series
