"""How arrivals are spaced: the gaps between them in units of the mean gap, whatever the distribution's own mean."""

import math
from dataclasses import dataclass

from fake_clusters.profile import Distribution

__all__ = ["Scaled", "to_mean_one"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaled:
    """A distribution, all of whose values are multiplied by `factor`."""

    inner: Distribution
    factor: float

    def ppf(self, u: float) -> float:
        return self.inner.ppf(u) * self.factor

    @property
    def mean(self) -> float:
        return self.inner.mean * self.factor


def to_mean_one(distribution: Distribution) -> Scaled:
    """Raises `ValueError` where the mean is zero or infinite: no rate can be kept with such gaps."""
    mean = distribution.mean
    if not math.isfinite(mean) or mean <= 0:
        raise ValueError(f"needs a distribution with a finite mean above zero (its mean is {mean:g})")
    return Scaled(inner=distribution, factor=1 / mean)
