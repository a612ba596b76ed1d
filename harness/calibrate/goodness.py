"""How far a distribution is from samples, and how often chance alone would put it so far."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from connector.chance import Chance
from fake_clusters.distributions import Distribution
from harness.calibrate.families import FitFamily

__all__ = ["distance", "explained_by_chance", "least_distance"]

_GRID = 1_000
"""Quantiles at which a distribution is compared: the distance is known to a thousandth."""
_REDRAWN = 1_000
"""Samples of one redrawing: as many as were measured, up to this."""
_TIMES = 100


def distance(ordered: Sequence[float], distribution: Distribution, *, slack: float = 0.0) -> float:
    """Kolmogorov's and Smirnov's: the largest difference between the two distribution functions, from 0 to 1.

    ordered: the samples, sorted. Both sides of each jump are compared. slack: seconds by which a time may be off before
    it counts, since of two constants that are a little apart the distance is 1.
    """
    total, steps, found = len(ordered), min(len(ordered), _GRID), 0.0
    for index in range(steps):
        u = (index + 0.5) / steps
        at = distribution.ppf(u)
        low, high = bisect_left(ordered, at - slack) / total, bisect_right(ordered, at + slack) / total
        found = max(found, u - high, low - u)
    return found


def explained_by_chance(ordered: Sequence[float], fit: FitFamily, fitted: Distribution, *, seed: int = 0) -> float:
    """The share of redrawn samples that are at least as far from what is fitted to them: small, it does not fit.

    A parametric bootstrap, since a table of critical values is wrong for a distribution that was fitted to the very
    samples (Stute, Manteiga, Quindimil, "Bootstrap based goodness-of-fit-tests", 1993).
    """
    chance = Chance(seed, "calibrate", "goodness")
    measured = distance(ordered, fitted)
    size = min(len(ordered), _REDRAWN)
    scale = math.sqrt(len(ordered) / size)  # a distance shrinks with the square root of the number
    farther = 0
    for turn in range(_TIMES):
        redrawn = sorted(fitted.ppf(chance.u01(turn, index)) for index in range(size))
        again = fit(redrawn)
        farther += again is None or distance(redrawn, again) >= measured * scale
    return (1 + farther) / (1 + _TIMES)


def least_distance(found: float, size: int, *, doubt: float) -> float:
    """How far the distribution that the samples come from must be at least, but for a chance of `doubt`.

    By the bound of Dvoretzky, Kiefer and Wolfowitz with Massart's constant (1990).
    """
    return max(0.0, found - math.sqrt(math.log(2 / doubt) / (2 * size)))
