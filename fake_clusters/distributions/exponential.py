"""Memoryless: the remaining time does not depend on the time that has passed."""

import math
from dataclasses import dataclass

from connector.units import Duration
from fake_clusters.distributions.distribution import require

__all__ = ["Exponential"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exponential:
    mean: Duration

    def __post_init__(self) -> None:
        require("mean", self.mean)

    def ppf(self, u: float) -> float:
        return -self.mean * math.log1p(-u)
