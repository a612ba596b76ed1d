"""One figure from a history: a statistic of a metric over a window of the run's clock."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from harness.metrics import METRICS, Point
from harness.scenario.scenario import Statistic
from reports.history import History

__all__ = ["Figure", "Window", "measure"]

_SHARES = {Statistic.P50: 0.50, Statistic.P90: 0.90, Statistic.P95: 0.95, Statistic.P99: 0.99, Statistic.MAX: 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Seconds [begins, ends). whole: it stands for the run, so only rates are cut to it."""

    begins: float
    ends: float
    whole: bool = False

    def __contains__(self, at: float) -> bool:
        return self.begins <= at < self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measured value. judged: infinite where it rests on something that never ended; shown: what was seen of it."""

    shown: float
    judged: float


def measure(statistic: Statistic, metric: str, history: History, window: Window) -> Figure | None:
    """None where nothing was asked in the window, or a latency has no point in it."""
    is_wide = window.whole and statistic is not Statistic.RATE
    ops = sum(is_wide or op.intended_at in window for op in history.ops)
    points = [point for point in METRICS[metric].points(history) if is_wide or point.at in window]
    if ops == 0:
        return None
    match statistic:
        case Statistic.COUNT:
            return _same(float(len(points)))
        case Statistic.RATIO:
            return _same(len(points) / ops)
        case Statistic.RATE:
            length = window.ends - window.begins
            return _same(len(points) / length) if length > 0 else None
        case Statistic.MEAN:
            return _mean(points)
        case Statistic.P50 | Statistic.P90 | Statistic.P95 | Statistic.P99 | Statistic.MAX:
            return _quantile(points, _SHARES[statistic])
        case _:
            assert_never(statistic)


def _same(value: float) -> Figure:
    return Figure(shown=value, judged=value)


def _judged(point: Point) -> float:
    return point.value if point.ended else math.inf


def _mean(points: Sequence[Point]) -> Figure | None:
    if not points:
        return None
    return Figure(
        shown=math.fsum(point.value for point in points) / len(points),
        judged=math.fsum(_judged(point) for point in points) / len(points),
    )


def _quantile(points: Sequence[Point], share: float) -> Figure | None:
    """The nearest rank: the smallest value that at least `share` of the points do not exceed."""
    if not points:
        return None
    ordered = sorted(points, key=lambda point: (_judged(point), point.value))
    point = ordered[max(0, math.ceil(share * len(ordered)) - 1)]
    return Figure(shown=point.value, judged=_judged(point))
