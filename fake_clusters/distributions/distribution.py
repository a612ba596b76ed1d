"""What a distribution is: its quantile function and its mean, in seconds."""

import math
from collections.abc import Callable, Iterable
from typing import Protocol, runtime_checkable

__all__ = ["Bulk", "Distribution", "quantiles_of", "require"]


class Distribution(Protocol):
    """A distribution of seconds, by its quantile function."""

    def ppf(self, u: float) -> float:
        """The quantile at u, 0 < u < 1."""
        ...

    @property
    def mean(self) -> float: ...


@runtime_checkable
class Bulk(Protocol):
    """A distribution whose quantiles cost less together than one after another."""

    def ppfs(self, us: Iterable[float]) -> list[float]:
        """`ppf` of each, to the last bit."""
        ...


def quantiles_of(distribution: Distribution) -> Callable[[Iterable[float]], list[float]]:
    """What gives its quantile at each u, in order."""
    if isinstance(distribution, Bulk):
        return distribution.ppfs
    ppf = distribution.ppf
    return lambda us: [ppf(u) for u in us]


def require(name: str, value: float, *, above: float = 0.0, inclusive: bool = False) -> None:
    """Raises `ValueError` naming the parameter unless it is finite and above the bound."""
    if not math.isfinite(value) or value < above or (value == above and not inclusive):
        raise ValueError(f"{name} must be {'at least' if inclusive else 'above'} {above:g}, not {value!r}")
