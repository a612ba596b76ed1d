"""Any value between two bounds, all equally likely."""

from dataclasses import dataclass

from connector.units import Duration
from fake_clusters.distributions.distribution import require

__all__ = ["Uniform"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Uniform:
    low: Duration = 0.0
    high: Duration

    def __post_init__(self) -> None:
        require("low", self.low, inclusive=True)
        require("high", self.high, above=self.low, inclusive=True)

    def ppf(self, u: float) -> float:
        return self.low + u * (self.high - self.low)

    @property
    def mean(self) -> float:
        return (self.low + self.high) / 2
