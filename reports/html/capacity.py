"""A search for capacity on one self-contained page: every interval in one picture, then gates and trials.

Positions are numbers of pixels in drawings of a fixed width, which the page lets scroll.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connector.atomic_file import write_atomic
from reports.capacity import CapacityCase, CapacityReport, LoadTrial, RateInterval, TrialOutcome
from reports.capacity_words import case_lines, interval_words, replay_words, trial_words
from reports.html.template import asset, environment
from reports.sentences import seconds

__all__ = ["render_capacity", "write_capacity_page"]

_WIDTH, _LEFT, _ROW = 900, 150, 46
_PLOT_WIDTH, _PLOT_HEIGHT, _PLOT_LEFT = 420, 190, 64
_BELOW = 26
"""Pixels for the labels of an axis."""
_TICKS = 6


def write_capacity_page(path: Path, report: CapacityReport) -> None:
    """Write the page in one step. Raises `OSError`."""
    write_atomic(path, render_capacity(report))


def render_capacity(report: CapacityReport) -> str:
    """The page as text."""
    return (
        environment()
        .get_template("capacity.html")
        .render(
            report=report,
            picture=_picture(report.cases),
            cases=[
                {
                    "label": case.label,
                    "lines": [line.strip() for line in case_lines(case)][1:],
                    "whole": interval_words(case.whole),
                    "plots": list(_plots(case)),
                    "trials": [
                        (trial.outcome.value, trial_words(trial), replay_words(report, case, trial))
                        for trial in case.trials
                    ],
                }
                for case in report.cases
            ],
            style=asset("assets/report.css") + asset("assets/capacity.css"),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    """From values to pixels. logarithmic: for times, of which some may be hundreds of times as long as others."""

    low: float
    high: float
    begins: float
    ends: float
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """The pixel of a value; what lies outside is drawn at the edge."""
        value = min(max(value, self.low), self.high)
        if self.logarithmic:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return round(self.begins + share * (self.ends - self.begins), 1)


def _rounded_step(highest: float) -> float:
    """A step of 1, 2 or 5 times a power of ten that gives a handful of labels."""
    rough = highest / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)


def _rate_ticks(axis: _Axis) -> list[tuple[float, str]]:
    step = _rounded_step(axis.high)
    count = int(axis.high / step + 1e-9)
    return [(axis.at(step * number), f"{step * number:g}") for number in range(count + 1)]


def _picture(cases: Sequence[CapacityCase]) -> dict[str, Any]:
    """A row per case: solid up to where all gates hold, hatched up to where they do not, a mark per trial."""
    axis = _Axis(low=0.0, high=1.1 * _highest(cases), begins=_LEFT, ends=_WIDTH - 20)
    rows: list[dict[str, Any]] = []
    for case in cases:
        first = [trial for trial in case.trials if trial.overload is None]
        rows.append(_row(case.label, case.whole, first, axis, len(rows) * _ROW + 10))
        if case.again is not None:
            after = [trial for trial in case.trials if trial.overload is not None]
            rows.append(_row("after an overload", case.again, after, axis, len(rows) * _ROW + 10))
    return {
        "width": _WIDTH,
        "height": len(rows) * _ROW + _BELOW + 14,
        "bottom": len(rows) * _ROW + 4,
        "left": _LEFT,
        "right": _WIDTH - 20,
        "ticks": _rate_ticks(axis),
        "rows": rows,
    }


def _highest(cases: Sequence[CapacityCase]) -> float:
    """The axis ends a little beyond the highest bound: first trials far above it would squeeze what matters."""
    intervals = [each for case in cases for each in (case.whole, case.again, case.predicted) if each is not None]
    known = [rate for each in intervals for rate in (each.lower, each.upper) if rate is not None]
    return max(known, default=1.0)


def _row(label: str, interval: RateInterval, trials: Sequence[LoadTrial], axis: _Axis, top: int) -> dict[str, Any]:
    lower = axis.at(interval.lower or 0.0)
    upper = axis.at(interval.upper or interval.lower or 0.0)
    return {
        "label": label,
        "kind": "again" if trials and trials[0].overload is not None else "up",
        "top": top,
        "middle": top + 11,
        "lower": lower,
        "upper": upper,
        "doubtful": interval.doubtful,
        "words": f"{label}: {interval_words(interval)}",
        "value": _value(interval),
        "marks": [
            {"x": axis.at(trial.rate), "y": top + 29, "kind": trial.outcome.value, "words": trial_words(trial)}
            for trial in trials
            if trial.rate <= axis.high
        ],
    }


def _value(interval: RateInterval) -> str:
    if interval.lower is None:
        return "none"
    return f"{interval.lower:.3g}" + ("+" if interval.upper is None else f" to {interval.upper:.3g}")


def _plots(case: CapacityCase) -> Iterator[dict[str, Any]]:
    """What each criterion measured over the rate, with its gate as a line."""
    trials = [trial for trial in case.trials if trial.overload is None]
    for index, figure in enumerate(trials[0].figures if trials else ()):
        points = [
            (trial.rate, row.value, trial, row.outcome)
            for trial in trials
            if (row := trial.figures[index]).value is not None
        ]
        if points:
            yield _plot(figure.criterion, points, figure.threshold)


def _plot(
    criterion: str,
    points: Sequence[tuple[float, float | None, LoadTrial, TrialOutcome]],
    gate: float | None,
) -> dict[str, Any]:
    values = [value for _, value, _, _ in points if value is not None]
    is_time = criterion.partition("(")[0].strip() not in {"ratio", "rate", "count"} and gate is not None
    shown = [*values, *([] if gate is None else [gate])]
    low, high = min(0.0, *shown) if not is_time else max(min(shown) * 0.7, 1e-4), max(*shown, 1e-3) * 1.3
    x = _Axis(low=0.0, high=1.05 * max(rate for rate, *_ in points), begins=_PLOT_LEFT, ends=_PLOT_WIDTH - 12)
    y = _Axis(low=low, high=high, begins=_PLOT_HEIGHT - _BELOW, ends=10, logarithmic=is_time)
    unit = seconds if is_time else _percent if criterion.startswith("ratio") else _plain
    return {
        "criterion": criterion,
        "width": _PLOT_WIDTH,
        "height": _PLOT_HEIGHT,
        "left": _PLOT_LEFT,
        "right": _PLOT_WIDTH - 12,
        "bottom": _PLOT_HEIGHT - _BELOW,
        "ticks": _rate_ticks(x),
        "levels": [(y.at(level), unit(level)) for level in _levels(y)],
        "gate": None if gate is None else y.at(gate),
        "gate_text": "" if gate is None else unit(gate),
        "marks": [
            {"x": x.at(rate), "y": y.at(value or 0.0), "kind": outcome.value, "words": trial_words(trial)}
            for rate, value, trial, outcome in points
        ],
    }


def _levels(axis: _Axis) -> list[float]:
    if axis.logarithmic:
        return [axis.low, math.sqrt(axis.low * axis.high), axis.high]
    return [axis.low, (axis.low + axis.high) / 2, axis.high]


def _percent(value: float) -> str:
    return f"{100 * value:.3g}%"


def _plain(value: float) -> str:
    return f"{value:.3g}"
