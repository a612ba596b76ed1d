"""One figure from a history: a statistic of a metric over a window of the run's clock."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from connector.values import replace
from harness.metrics import METRICS, Measure, Point
from harness.scenario.scenario import Percentile, Statistic
from reports.history import History

__all__ = ["Figure", "MeasureWindow", "figures", "measure", "measured", "of_cluster"]

_ALL = Percentile(percent=Decimal(100))
_USUAL: Mapping[Measure, tuple[Statistic | Percentile, ...]] = {
    Measure.LATENCY: (
        Statistic.COUNT,
        Statistic.MEAN,
        *(Percentile(percent=Decimal(percent)) for percent in (50, 95, 99)),
        Statistic.MAX,
    ),
    Measure.EVENT: (Statistic.COUNT, Statistic.RATE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureWindow:
    """Seconds [begins, ends). whole: it stands for the run, so only rates are cut to it."""

    begins: float
    ends: float
    whole: bool = False

    def __contains__(self, at: float) -> bool:
        return self.begins <= at < self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measured value. judged: infinite where it rests on something that never ended; shown: what was seen of it.
    at_least: what it comes to at least, however that ends which has not ended yet."""

    shown: float
    judged: float
    at_least: float


def measure(statistic: Statistic | Percentile, metric: str, history: History, window: MeasureWindow) -> Figure | None:
    """None where nothing in the window could have given a point, or a latency has none."""
    is_wide = window.whole and statistic is not Statistic.RATE
    found = METRICS[metric]
    asked = sum(is_wide or at in window for at in found.asked(history))
    if asked == 0:
        return None
    points = [point for point in found.points(history) if is_wide or point.at in window]
    return measured(statistic, points, asked, window)


def figures(history: History, *, load_ends: float) -> dict[str, float]:
    """The usual figures of a whole run, each under its name in a gate, where there is something to measure.

    load_ends: seconds of load, the window of rates.
    """
    run = MeasureWindow(begins=0.0, ends=load_ends, whole=True)
    found: dict[str, float] = {}
    for metric in METRICS.values():
        points = list(metric.points(history))
        for statistic in _USUAL[metric.measure] if points else ():
            within = [point for point in points if point.at in run] if statistic is Statistic.RATE else points
            figure = measured(statistic, within, 1, run)
            if figure is not None:
                found[f"{statistic}({metric.name})"] = figure.shown
    return found


def measured(
    statistic: Statistic | Percentile, points: Sequence[Point], asked: int, window: MeasureWindow
) -> Figure | None:
    """The statistic of these points. asked: how many could have given one, more than none."""
    match statistic:
        case Statistic.COUNT:
            return _counted(points, 1.0)
        case Statistic.RATIO:
            return _counted(points, asked)
        case Statistic.RATE:
            length = window.ends - window.begins
            return _counted(points, length) if length > 0 else None
        case Statistic.MEAN:
            return _mean(points)
        case Statistic.MIN:
            return _ranked(points, 1)
        case Statistic.MAX:
            return _ranked(points, _rank(_ALL, len(points)))
        case Percentile():
            return _ranked(points, _rank(statistic, len(points)))
        case _:
            assert_never(statistic)


def of_cluster(history: History, cluster: str) -> History:
    """What concerns one cluster. The readings stay, so that the run was watched as long as it was."""
    return replace(
        history,
        ops=tuple(op for op in history.ops if op.location == cluster),
        attempts=tuple(attempt for attempt in history.attempts if attempt.location == cluster),
        changes=tuple(change for change in history.changes if change.location == cluster),
        timeouts=tuple(timeout for timeout in history.timeouts if timeout.location == cluster),
    )


def _counted(points: Sequence[Point], per: float) -> Figure:
    value = len(points) / per
    return Figure(shown=value, judged=value, at_least=sum(point.ended for point in points) / per)


def _judged(point: Point) -> float:
    return point.value if point.ended else math.inf


def _mean(points: Sequence[Point]) -> Figure | None:
    if not points:
        return None
    seen = math.fsum(point.value for point in points) / len(points)
    return Figure(
        shown=seen,
        at_least=seen,
        judged=math.fsum(_judged(point) for point in points) / len(points),
    )


def _rank(percentile: Percentile, count: int) -> int:
    """The nearest rank, from 1, reckoned without rounding: as a float, 99.9 % of 1,000 are 999.0000000000001."""
    return max(1, math.ceil(percentile.percent * count / 100))


def _ranked(points: Sequence[Point], rank: int) -> Figure | None:
    if not points:
        return None
    point = sorted(points, key=lambda point: (_judged(point), point.value))[rank - 1]
    at_least = sorted(point.value for point in points)[rank - 1]
    return Figure(shown=point.value, judged=_judged(point), at_least=at_least)
