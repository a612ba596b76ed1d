"""Most values are small, a few are very large: the usual shape of real response times."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import NormalDist

from connector.units import Duration
from fake_clusters.distributions.distribution import require

__all__ = ["Lognormal"]

_STANDARD = NormalDist()
_P99 = _STANDARD.inv_cdf(0.99)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lognormal:
    """Half are below `median`, 99 of 100 below `p99`."""

    median: Duration
    p99: Duration
    _sigma: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        require("median", self.median)
        require("p99", self.p99, above=self.median, inclusive=True)
        object.__setattr__(self, "_sigma", math.log(self.p99 / self.median) / _P99)

    def ppf(self, u: float) -> float:
        return self.median * math.exp(self._sigma * _STANDARD.inv_cdf(u))

    def ppfs(self, us: Iterable[float]) -> list[float]:
        median, sigma, exp, standard = self.median, self._sigma, math.exp, _STANDARD.inv_cdf
        return [median * exp(sigma * standard(u)) for u in us]

    @property
    def mean(self) -> float:
        return self.median * math.exp(self._sigma**2 / 2)
