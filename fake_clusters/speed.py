"""How long work takes while the speed changes: the integral of the speed over time, and its inverse.

The speed is 1 outside latency phases, so that a second of work takes a second. Within them it is 1 / (the product of
their factors). A standstill is speed 0, whatever else is on.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fake_clusters.latency_phases import LatencyPhase, LatencyPhaseKind

__all__ = ["time_for", "work_in"]

_PARTS = 1000
"""Into which a ramp is cut where it overlaps another: their product is taken as straight within each."""
_ROUNDED = 1e-9
"""Seconds of work. So little is left by rounding: it must not wait for the end of a standstill that begins then."""


def time_for(work: float, at: float, latency_phases: Sequence[LatencyPhase]) -> float:
    """Seconds that so many seconds of work take from `at` on. What is no work takes no time at any speed."""
    if work <= 0.0 or not latency_phases:
        return work
    for stretch in _stretches(at, latency_phases):
        seconds = stretch.time_for(work)
        if stretch.begins + seconds <= stretch.ends:
            return (stretch.begins - at) + seconds
        work -= stretch.work_in(stretch.ends - stretch.begins)
        if work <= _ROUNDED:
            return stretch.ends - at
    raise AssertionError("the last stretch has no end")


def work_in(begins: float, ends: float, latency_phases: Sequence[LatencyPhase]) -> float:
    """Seconds of work that are done between two instants; infinite where a factor is 0."""
    done = 0.0
    for stretch in _stretches(begins, latency_phases):
        done += stretch.work_in(min(ends, stretch.ends) - stretch.begins)
        if stretch.ends >= ends:
            break
    return done


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A span in which the factor is constant or changes in a straight line, from `first` to `last`."""

    begins: float
    ends: float
    first: float
    last: float

    @property
    def _slope(self) -> float:
        return 0.0 if self.first == self.last else (self.last - self.first) / (self.ends - self.begins)

    def time_for(self, work: float) -> float:
        """Seconds from its beginning, as if it had no end."""
        if self._slope == 0.0:
            return work * self.first
        return self.first * math.expm1(min(work * self._slope, 700.0)) / self._slope

    def work_in(self, seconds: float) -> float:
        """What is done in so many seconds from its beginning."""
        if seconds <= 0.0:
            return 0.0
        if self.first == 0.0:
            return math.inf
        if self._slope == 0.0:
            return seconds / self.first
        grown = seconds * self._slope / self.first
        return math.log1p(grown) / self._slope if grown > -1.0 else math.inf


def _stretches(at: float, latency_phases: Sequence[LatencyPhase]) -> Iterator[_Stretch]:
    """From `at` on, without a gap; the last one has no end."""
    while True:
        ends = min((phase.next_turn(at) for phase in latency_phases), default=math.inf)
        still = [
            phase.ends for phase in latency_phases if phase.kind is LatencyPhaseKind.STANDSTILL and phase.is_on(at)
        ]
        ramps = [phase for phase in latency_phases if phase.kind is LatencyPhaseKind.RAMP and phase.is_on(at)]
        if still:
            ends = max(still)
            yield _Stretch(at, ends, math.inf, math.inf)
        else:
            if len(ramps) > 1:
                ends = min(ends, *(at + (ramp.ends - ramp.begins) / _PARTS for ramp in ramps))
            factors = [phase.factors(at, ends) for phase in latency_phases]
            yield _Stretch(at, ends, math.prod(first for first, _ in factors), math.prod(last for _, last in factors))
        if math.isinf(ends):
            return
        at = ends
