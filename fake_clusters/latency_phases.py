"""How a cluster's speed changes over time: brownouts, ramps, standstills and periodic slow spells; and outages."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from connector.values import replace

__all__ = ["SHORTEST_PERIOD", "LatencyPhase", "LatencyPhaseKind"]

SHORTEST_PERIOD = 0.001
"""Seconds: each turn of the speed within a piece of work costs time to reckon, and what is shorter is its average."""


class LatencyPhaseKind(StrEnum):
    """brownout: work takes `factor` times as long; ramp: from once to `factor` times over the span; standstill: no work
    is done; outage: the port is closed; periodic: `factor` times during the first `duty` of every `period`."""

    BROWNOUT = "brownout"
    RAMP = "ramp"
    STANDSTILL = "standstill"
    OUTAGE = "outage"
    PERIODIC = "periodic"


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyPhase:
    """A change of the speed over a span of model seconds [begins, ends). A factor of 0 is work in no time."""

    kind: LatencyPhaseKind
    begins: float
    ends: float
    factor: float = 1.0
    period: float = 1.0
    duty: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.begins < self.ends:
            raise ValueError(f"a latency phase must begin before it ends: {self.begins:g} is not before {self.ends:g}")
        if not (math.isfinite(self.factor) and self.factor >= 0):
            raise ValueError(f"factor must be at least 0, not {self.factor!r}")
        if not (math.isfinite(self.period) and self.period >= SHORTEST_PERIOD):
            raise ValueError(f"period must be at least {SHORTEST_PERIOD:g} s, not {self.period!r}")
        if not 0 <= self.duty <= 1:
            raise ValueError(f"duty must be from 0 to 1, not {self.duty!r}")
        if self.kind is LatencyPhaseKind.RAMP and math.isinf(self.ends):
            raise ValueError("a ramp must end: its slope depends on it")
        if self.kind is LatencyPhaseKind.STANDSTILL and math.isinf(self.ends):
            raise ValueError("a standstill must end: what is in service would never be done")

    def is_on(self, at: float) -> bool:
        return self.begins <= at < self.ends

    def cut(self, ends: float) -> "LatencyPhase":
        """The same, over at `ends`, which must be after it begins."""
        if ends >= self.ends:
            return self
        return replace(
            self, ends=ends, factor=self._ramped(ends) if self.kind is LatencyPhaseKind.RAMP else self.factor
        )

    def next_turn(self, at: float) -> float:
        """The next instant after `at` at which the factor may jump or begin to change; infinity for never."""
        if at < self.begins:
            return self.begins
        if at >= self.ends:
            return math.inf
        if self.kind is not LatencyPhaseKind.PERIODIC or self.duty in (0.0, 1.0):
            return self.ends
        begun = self.begins + math.floor((at - self.begins) / self.period) * self.period
        slow = self.duty * self.period
        edges = (begun, begun + slow, begun + self.period, begun + self.period + slow, self.ends)
        return min(edge for edge in edges if edge > at)

    def factors(self, begins: float, ends: float) -> tuple[float, float]:
        """How many times as long work takes at the beginning and the end of a stretch with no turn within."""
        middle = begins if math.isinf(ends) else begins + (ends - begins) / 2
        if not self.is_on(middle):
            return 1.0, 1.0
        match self.kind:
            case LatencyPhaseKind.BROWNOUT:
                factor = self.factor
            case LatencyPhaseKind.RAMP:
                return self._ramped(begins), self._ramped(ends)
            case LatencyPhaseKind.STANDSTILL:
                factor = math.inf
            case LatencyPhaseKind.PERIODIC:
                # Asked in the middle, where rounding cannot take one half of a period for the other.
                factor = self.factor if (middle - self.begins) % self.period < self.duty * self.period else 1.0
            case LatencyPhaseKind.OUTAGE:
                factor = 1.0
            case _:
                assert_never(self.kind)
        return factor, factor

    def _ramped(self, at: float) -> float:
        return 1.0 + (self.factor - 1.0) * (at - self.begins) / (self.ends - self.begins)

    def closes_at(self, at: float) -> bool:
        """Whether the port is closed at this instant."""
        return self.kind is LatencyPhaseKind.OUTAGE and self.is_on(at)
