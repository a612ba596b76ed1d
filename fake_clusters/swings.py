"""How a profile changes over time: brownouts, ramps, outages and periodic slow spells."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

__all__ = ["Swing", "SwingKind"]


class SwingKind(StrEnum):
    """brownout: times `factor`; ramp: from 1 to `factor` over the span; outage: the port is closed;
    periodic: times `factor` during the first `duty` of every `period`."""

    BROWNOUT = "brownout"
    RAMP = "ramp"
    OUTAGE = "outage"
    PERIODIC = "periodic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """A change of the profile over a span of model seconds [begins, ends)."""

    kind: SwingKind
    begins: float
    ends: float
    factor: float = 1.0
    period: float = 1.0
    duty: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.begins < self.ends:
            raise ValueError(f"a swing must begin before it ends: {self.begins:g} is not before {self.ends:g}")
        if not (math.isfinite(self.factor) and self.factor >= 0):
            raise ValueError(f"factor must be at least 0, not {self.factor!r}")
        if not (math.isfinite(self.period) and self.period > 0):
            raise ValueError(f"period must be above 0, not {self.period!r}")
        if not 0 <= self.duty <= 1:
            raise ValueError(f"duty must be from 0 to 1, not {self.duty!r}")
        if self.kind is SwingKind.RAMP and math.isinf(self.ends):
            raise ValueError("a ramp must end: its slope depends on it")

    def is_on(self, at: float) -> bool:
        return self.begins <= at < self.ends

    def factor_at(self, at: float) -> float:
        """By how much latencies are multiplied at this instant."""
        if not self.is_on(at):
            return 1.0
        match self.kind:
            case SwingKind.BROWNOUT:
                return self.factor
            case SwingKind.RAMP:
                return 1.0 + (self.factor - 1.0) * (at - self.begins) / (self.ends - self.begins)
            case SwingKind.PERIODIC:
                return self.factor if (at - self.begins) % self.period < self.duty * self.period else 1.0
            case SwingKind.OUTAGE:
                return 1.0
            case _:
                assert_never(self.kind)

    def closes_at(self, at: float) -> bool:
        """Whether the port is closed at this instant."""
        return self.kind is SwingKind.OUTAGE and self.is_on(at)
