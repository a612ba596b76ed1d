"""Symmetric around a centre, cut off at zero: no duration is negative."""

import math
from dataclasses import dataclass, field
from statistics import NormalDist

from connector.units import Duration
from fake_clusters.distributions.distribution import require

__all__ = ["TruncatedNormal"]

_STANDARD = NormalDist()


@dataclass(frozen=True, slots=True, kw_only=True)
class TruncatedNormal:
    """centre, deviation: of the normal distribution before the cut; the mean after it is a little more."""

    centre: Duration
    deviation: Duration
    _cut: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        require("centre", self.centre, inclusive=True)
        require("deviation", self.deviation)
        object.__setattr__(self, "_cut", _below(-self.centre / self.deviation))

    def ppf(self, u: float) -> float:
        # Counted from whichever end is nearer, so that neither tail is lost to rounding.
        kept = 1.0 - self._cut
        from_below = self._cut + u * kept
        score = _STANDARD.inv_cdf(from_below) if from_below < 0.5 else -_STANDARD.inv_cdf((1.0 - u) * kept)
        return max(0.0, self.centre + self.deviation * score)

    @property
    def mean(self) -> float:
        density = _STANDARD.pdf(self.centre / self.deviation)
        return self.centre + self.deviation * density / (1.0 - self._cut)


def _below(score: float) -> float:
    """The normal distribution function, exact to the last digits in the lower tail too."""
    return 0.5 * math.erfc(-score / math.sqrt(2.0))
