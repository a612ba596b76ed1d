"""A sum of waits: shape 1 is exponential; with a high shape, values are close to the mean."""

from dataclasses import dataclass

from connector.units import Duration
from fake_clusters.distributions.distribution import require
from fake_clusters.distributions.incomplete_gamma import inverse_regularised

__all__ = ["Gamma"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gamma:
    """shape: from 0.001 to 10000, beyond which it is a constant for all purposes here."""

    mean: Duration
    shape: float

    def __post_init__(self) -> None:
        require("mean", self.mean)
        if not 1e-3 <= self.shape <= 1e4:
            raise ValueError(f"shape must be from 0.001 to 10000, not {self.shape!r}")

    def ppf(self, u: float) -> float:
        return self.mean / self.shape * inverse_regularised(self.shape, u)
