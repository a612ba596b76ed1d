"""Whether the work that is under way grows while the load is steady: a test that holds for correlated values.

The backlog of a queue is a sum of steps, so its values are correlated for as long as it takes to drain. A line that is
fitted through them by least squares finds a slope where there is none far more often than its error says (Granger and
Newbold, "Spurious regressions in econometrics", 1974; Phillips, 1986). Its *steps* are not: above the capacity,
arrivals less departures are a random walk with drift, whose steps over stretches of the run are nearly independent. So
the run is cut into batches (Schmeiser, "Batch size effects in the analysis of simulation output", 1982: ten to
thirty), and Student's t decides whether the mean step is above 0. Below the capacity a step up is followed by one
down: then the test errs to the side of "does not grow", which is the truth.
"""

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, stdev

from harness.confidence import student_t
from reports.history import History, Op, OpKind, OpResult, Purpose
from reports.seen_changes import seen_changes

__all__ = ["BATCHES", "BacklogTrend", "trend_of", "trend_of_values", "under_way"]

BATCHES = 20
_CHANGES = frozenset({OpKind.CREATE, OpKind.RESIZE, OpKind.DELETE})
_SETTLED = frozenset({"active", None, "lost"})
"""States of a record, or its removal, in which nothing is left to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogTrend:
    """per_second: by which the backlog grows. half: of its interval, so that with 95 % confidence it grows by more than
    `per_second - half`."""

    per_second: float
    half: float

    @property
    def grows(self) -> bool:
        """Whether its slope is above 0 with 95 % confidence."""
        return self.per_second - self.half > 0


def trend_of(history: History, begins: float, ends: float) -> BacklogTrend:
    """The trend of what was under way between two instants of the run's clock."""
    edges = [begins + (ends - begins) * step / BATCHES for step in range(BATCHES + 1)]
    return trend_of_values(under_way(history, edges), ends - begins)


def trend_of_values(values: Sequence[float], seconds: float) -> BacklogTrend:
    """The trend of a backlog that was looked at at equal distances, the first and the last `seconds` apart."""
    steps = [after - before for before, after in pairwise(values)]
    batch = seconds / len(steps)
    half = student_t(0.95, len(steps) - 1) * stdev(steps) / math.sqrt(len(steps))
    return BacklogTrend(per_second=fmean(steps) / batch, half=half / batch)


def under_way(history: History, instants: Sequence[float]) -> list[int]:
    """How many of the load's ops had begun and were not done at each instant. A create is done when its share is active
    or its record removed; what a client gave up without a record ends with the client."""
    settled = _settled(history)
    asked = [op for op in history.ops if op.purpose is not Purpose.POLL]
    begun = sorted(op.intended_at for op in asked)
    done = sorted(_done_at(op, settled) for op in asked)
    return [bisect_right(begun, at) - bisect_right(done, at) for at in instants]


def _settled(history: History) -> dict[tuple[str, str], tuple[list[float], list[float]]]:
    """By share, when it changed at all, and when it came to rest."""
    found: dict[tuple[str, str], tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for change in history.changes if history.has_changes else seen_changes(history):
        moved, rested = found[change.location, change.name]
        moved.append(change.at)
        if change.after in _SETTLED:
            rested.append(change.at)
    return found


def _done_at(op: Op, settled: dict[tuple[str, str], tuple[list[float], list[float]]]) -> float:
    answered = math.inf if op.completed_at is None else op.completed_at
    if op.kind not in _CHANGES or op.result is OpResult.FAIL or (op.location, op.name) not in settled:
        return answered
    moved, rested = settled[op.location, op.name]
    if bisect_left(moved, op.intended_at) == len(moved):
        return answered
    index = bisect_left(rested, op.intended_at)
    return rested[index] if index < len(rested) else math.inf
