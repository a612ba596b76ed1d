"""The time to a failure: shape below 1 has a heavy tail; above 1, values are close to the scale."""

import math
from dataclasses import dataclass

from connector.units import Duration
from fake_clusters.distributions.distribution import require

__all__ = ["Weibull"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weibull:
    scale: Duration
    shape: float

    def __post_init__(self) -> None:
        require("scale", self.scale)
        require("shape", self.shape)

    def ppf(self, u: float) -> float:
        return float(self.scale * (-math.log1p(-u)) ** (1.0 / self.shape))

    @property
    def mean(self) -> float:
        return self.scale * math.gamma(1.0 + 1.0 / self.shape)
