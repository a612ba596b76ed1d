"""A power law: very large values are rare but always possible."""

import math
from dataclasses import dataclass

from connector.units import Duration
from fake_clusters.distributions.distribution import require

__all__ = ["Pareto"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pareto:
    """Never below `minimum`. shape: the smaller, the heavier the tail; at 1 or less the mean is infinite."""

    minimum: Duration
    shape: float

    def __post_init__(self) -> None:
        require("minimum", self.minimum)
        require("shape", self.shape)

    def ppf(self, u: float) -> float:
        return self.minimum * math.exp(-math.log1p(-u) / self.shape)

    @property
    def mean(self) -> float:
        return self.minimum * self.shape / (self.shape - 1.0) if self.shape > 1.0 else math.inf
