"""Intervals for means of independent replications, with Student's t."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev

__all__ = ["Interval", "interval", "student_t"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """mean, and half the width of its interval; infinite for a single value."""

    mean: float
    half: float


def interval(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """The interval of the mean of independent values."""
    if len(values) < 2:
        return Interval(mean=fmean(values), half=math.inf)
    quantile = student_t(0.5 + confidence / 2, len(values) - 1)
    return Interval(mean=fmean(values), half=quantile * stdev(values) / math.sqrt(len(values)))


def student_t(share: float, freedom: int) -> float:
    """The quantile of Student's t: exact for one and two degrees of freedom, else by expansion from the normal one.

    The expansion of Cornish and Fisher, as Abramowitz and Stegun give it (Handbook of Mathematical Functions, 1964,
    26.7.5), with four terms: within half a percent from three degrees of freedom on.
    """
    if freedom == 1:
        return math.tan(math.pi * (share - 0.5))
    if freedom == 2:
        return (2 * share - 1) * math.sqrt(2 / (4 * share * (1 - share)))
    x = NormalDist().inv_cdf(share)
    terms = (
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160,
    )
    return x + math.fsum(term / freedom**power for power, term in enumerate(terms, start=1))
