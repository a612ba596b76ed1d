"""What a distribution is: its quantile function and its mean, in seconds."""

import math
from typing import Protocol

__all__ = ["Distribution", "require"]


class Distribution(Protocol):
    """A distribution of seconds, by its quantile function."""

    def ppf(self, u: float) -> float:
        """The quantile at u, 0 < u < 1."""
        ...

    @property
    def mean(self) -> float: ...


def require(name: str, value: float, *, above: float = 0.0, inclusive: bool = False) -> None:
    """Raises `ValueError` naming the parameter unless it is finite and above the bound."""
    if not math.isfinite(value) or value < above or (value == above and not inclusive):
        raise ValueError(f"{name} must be {'at least' if inclusive else 'above'} {above:g}, not {value!r}")
