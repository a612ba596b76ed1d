"""Always the same."""

from dataclasses import dataclass

from connector.units import Duration
from fake_clusters.distributions.distribution import require

__all__ = ["Constant"]


@dataclass(frozen=True, slots=True)
class Constant:
    value: Duration = 0.0

    def __post_init__(self) -> None:
        require("value", self.value, inclusive=True)

    def ppf(self, u: float) -> float:
        return self.value

    @property
    def mean(self) -> float:
        return self.value
