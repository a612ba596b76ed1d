"""Quantiles with intervals that ask nothing of the distribution: they rest on order statistics alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

__all__ = ["CONFIDENCE", "Quantile", "quantile_of", "ranks"]

CONFIDENCE = 0.95
_EXACT_UP_TO = 100_000
"""Values up to which the binomial distribution is summed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantile:
    """value: the nearest rank. low, high: its interval; infinite where there are too few values to bound that side."""

    share: float
    value: float
    low: float
    high: float


def quantile_of(ordered: Sequence[float], share: float, confidence: float = CONFIDENCE) -> Quantile:
    """The `share` quantile of values in ascending order, at least one."""
    low, high = ranks(len(ordered), share, confidence)
    return Quantile(
        share=share,
        value=ordered[max(math.ceil(share * len(ordered)), 1) - 1],
        low=ordered[low - 1] if low else -math.inf,
        high=ordered[high - 1] if high <= len(ordered) else math.inf,
    )


def ranks(count: int, share: float, confidence: float = CONFIDENCE) -> tuple[int, int]:
    """The ranks between whose order statistics the quantile lies, each side missed with at most half the risk.

    Of independent values the number B below the quantile is binomial (count, share), whatever their distribution. So
    x(l) lies above the quantile with probability P(B < l), and x(u) at or below it with P(B >= u): l is the greatest
    rank with P(B < l) <= risk / 2, u the least with P(B >= u) <= risk / 2 (David and Nagaraja, Order Statistics, 3rd
    edition, 2003, section 7.1). For a share of one half it is the interval of the sign test. 0 and count + 1 stand for
    ranks that do not exist. Beyond 100,000 values the binomial is taken as normal.
    """
    risk = (1 - confidence) / 2
    if count > _EXACT_UP_TO:
        half = NormalDist().inv_cdf(1 - risk) * math.sqrt(count * share * (1 - share))
        return max(math.floor(count * share - half), 0), min(math.ceil(count * share + half) + 1, count + 1)
    below = 0.0
    low, high = 0, count + 1
    for number in range(count + 1):
        if below <= risk:
            low = number
        below += _binomial(count, number, share)
        if 1 - below <= risk:
            high = number + 1
            break
    return low, high


def _binomial(count: int, number: int, share: float) -> float:
    """P(B = number), by logarithms, since the coefficient alone exceeds any float."""
    ways = math.lgamma(count + 1) - math.lgamma(number + 1) - math.lgamma(count - number + 1)
    return math.exp(ways + number * math.log(share) + (count - number) * math.log1p(-share))
