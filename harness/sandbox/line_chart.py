"""A small chart of lines as the template draws it: points in a box, ticks at round values, and the same in words."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.sandbox.metrics import KEPT, Series
from reports.sentences import seconds

__all__ = ["HEIGHT", "WIDTH", "ChartLine", "LineChart", "line_chart", "shown_value"]

WIDTH, HEIGHT = 340, 130
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 6, 8, 17
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartLine:
    """role: of the style sheet. now: its last value, in words. pieces: the points of each stretch without a gap."""

    name: str
    role: str
    now: str
    pieces: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChart:
    """ticks: (y, what stands there). limit: the y of a threshold. words: what a reader of the picture would see."""

    title: str
    lines: Sequence[ChartLine]
    ticks: Sequence[tuple[float, str]]
    limit: float | None
    words: str
    left: int = _LEFT
    right: int = WIDTH - _RIGHT


def line_chart(title: str, series: Sequence[Series], limit: float | None = None) -> LineChart:
    """limit: a value at which a dashed line is drawn."""
    unit = series[0].unit
    highest = max([row.most or 0.0 for row in series] + [limit or 0.0])
    top = _round_up(highest) if highest > 0 else 1.0

    def y(value: float) -> float:
        return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - value / top), 1)

    return LineChart(
        title=title,
        lines=[
            ChartLine(name=row.name, role=f"line-{number}", now=shown_value(row.now, unit), pieces=_pieces(row, y))
            for number, row in enumerate(series, start=1)
        ],
        ticks=[(y(top * step / 2), _tick(top * step / 2, unit)) for step in range(3)],
        limit=None if limit is None else y(limit),
        words="; ".join(_in_words(row) for row in series) + (f"; limit {shown_value(limit, unit)}" if limit else ""),
    )


def shown_value(value: float | None, unit: str) -> str:
    """With its unit."""
    if value is None:
        return "nothing to measure"
    return seconds(value) if unit == "s" else f"{value:.3g}{unit}"


def _tick(value: float, unit: str) -> str:
    """A round value, in no more room than there is beside the chart."""
    if unit != "s":
        return shown_value(value, unit)
    return f"{value:g} s" if value >= 1 else f"{1000 * value:g} ms"


def _in_words(row: Series) -> str:
    if row.most is None:
        return f"{row.name}: nothing to measure in the last two minutes"
    return f"{row.name}: {shown_value(row.now, row.unit)} now, {shown_value(row.most, row.unit)} at most"


def _pieces(row: Series, y: Callable[[float], float]) -> list[str]:
    step = (WIDTH - _LEFT - _RIGHT) / (KEPT - 1)
    begins = KEPT - len(row.values)
    pieces: list[list[str]] = [[]]
    for index, value in enumerate(row.values, start=begins):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{_LEFT + index * step:.1f},{y(value)}")
    # A line of one point is not drawn: it gets a length.
    return [" ".join(piece if len(piece) > 1 else piece * 2) for piece in pieces if piece]


def _round_up(value: float) -> float:
    """1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in _STEPS if step * power >= value * 0.9999)
