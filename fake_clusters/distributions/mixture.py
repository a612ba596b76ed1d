"""A weighted choice between distributions, such as a fast path and a slow one."""

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from fake_clusters.distributions.distribution import Distribution, require

__all__ = ["Mixture", "MixturePart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MixturePart:
    """weight: relative to the other parts' weights."""

    weight: float
    of: Distribution

    def __post_init__(self) -> None:
        require("weight", self.weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """u chooses the part, in the order of their medians, and what is left of u is the quantile within that part.

    Fed with uniform values this has exactly the mixture's distribution. It is the mixture's quantile function only
    where the parts do not overlap, as in a well-separated bimodal one: elsewhere the true one needs a search that
    costs more than all else that a command does.
    """

    parts: tuple[MixturePart, ...]
    _bounds: tuple[float, ...] = field(init=False, repr=False, compare=False)
    _in_order: tuple[MixturePart, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("parts must name at least one distribution")
        in_order = tuple(sorted(self.parts, key=lambda part: part.of.ppf(0.5)))
        total = sum(part.weight for part in in_order)
        bounds = (0.0, *(reached / total for reached in accumulate(part.weight for part in in_order)))
        object.__setattr__(self, "_in_order", in_order)
        object.__setattr__(self, "_bounds", (*bounds[:-1], 1.0))

    def ppf(self, u: float) -> float:
        index = bisect_right(self._bounds, u, hi=len(self._in_order)) - 1
        low, high = self._bounds[index], self._bounds[index + 1]
        return self._in_order[index].of.ppf(_open((u - low) / (high - low)))

    @property
    def mean(self) -> float:
        total = sum(part.weight for part in self.parts)
        return sum(part.weight * part.of.mean for part in self.parts) / total


def _open(u: float) -> float:
    """Rounding may reach the ends of the interval, which quantile functions do not take."""
    return min(max(u, 2.0**-54), 1.0 - 2.0**-53)
