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

_WIDTH, _LEFT, _ROW = 900, 130, 46
_LETTER = 7.4
"""Pixels of a letter of a label, on average."""
_PLOT_WIDTH, _PLOT_HEIGHT, _PLOT_LEFT = 420, 190, 64
_BELOW = 26
"""Pixels for the labels of an axis."""
_TICKS = 6
_FEW = 2
"""Decades of which more than the powers of ten are labelled."""


def write_capacity_page(path: Path, report: CapacityReport, earlier: CapacityReport | None = None) -> None:
    """Write the page in one step. Raises `OSError`."""
    write_atomic(path, render_capacity(report, earlier))


def render_capacity(report: CapacityReport, earlier: CapacityReport | None = None) -> str:
    """The page as text. earlier: a result that this one was compared with; its intervals are drawn above."""
    return (
        environment()
        .get_template("capacity.html")
        .render(
            report=report,
            picture=_picture(report.cases, () if earlier is None else earlier.cases),
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


def _picture(cases: Sequence[CapacityCase], earlier: Sequence[CapacityCase]) -> dict[str, Any]:
    """A row per case: solid up to where all gates hold, hatched up to where they do not, a mark per trial."""
    drawn = [*((f"{case.label}, before", case) for case in earlier), *((case.label, case) for case in cases)]
    left = max([_LEFT, *(round(_LETTER * len(label)) + 14 for label, _ in drawn)])
    axis = _Axis(low=0.0, high=1.1 * _highest([case for _, case in drawn]), begins=left, ends=_WIDTH - 20)
    rows: list[dict[str, Any]] = []
    for label, case in drawn:
        first = [trial for trial in case.trials if trial.overload is None]
        rows.append(_row(label, case.whole, first, axis, len(rows) * _ROW + 10))
        if case.again is not None:
            after = [trial for trial in case.trials if trial.overload is not None]
            again = _row("after an overload", case.again, after, axis, len(rows) * _ROW + 10)
            rows.append({**again, "kind": "again", "value": f"{again['value']}{_lost(case.gap)}"})
    return {
        "width": _WIDTH,
        "height": len(rows) * _ROW + _BELOW + 14,
        "bottom": len(rows) * _ROW + 4,
        "left": left,
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
        "kind": "up",
        "top": top,
        "lower": lower,
        "upper": upper,
        "words": f"{label}: {interval_words(interval)}",
        "value": _value(interval),
        "marks": [
            _mark(axis.at(trial.rate), top + 29, trial.outcome, trial, trials)
            for trial in trials
            if trial.rate <= axis.high
        ],
    }


def _mark(x: float, y: float, outcome: TrialOutcome, trial: LoadTrial, trials: Sequence[LoadTrial]) -> dict[str, Any]:
    """Of one trial among others; small where there are longer ones."""
    longest = max(each.seconds for each in trials)
    return {
        "x": x,
        "y": y,
        "r": 4 if trial.seconds >= longest else 2.5,
        "kind": outcome.value,
        "words": trial_words(trial),
    }


def _value(interval: RateInterval) -> str:
    if interval.lower is None:
        return "none"
    upper = " or more" if interval.upper is None else f" to {interval.upper:.3g}"
    return f"{interval.lower:.3g}{upper}{' ?' if interval.doubtful or not interval.complete else ''}"


def _lost(gap: float | None) -> str:
    return "" if gap is None else f" (\N{MINUS SIGN}{100 * gap:.0f}%)"


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
            _mark(x.at(rate), y.at(value or 0.0), outcome, trial, [each for _, _, each, _ in points])
            for rate, value, trial, outcome in points
        ],
    }


def _levels(axis: _Axis) -> list[float]:
    if not axis.logarithmic:
        return [axis.low, (axis.low + axis.high) / 2, axis.high]
    decades = range(math.floor(math.log10(axis.low)), math.ceil(math.log10(axis.high)))
    factors = (1, 2, 5) if len(decades) <= _FEW else (1,)
    return [
        level for decade in decades for factor in factors if axis.low <= (level := factor * 10.0**decade) <= axis.high
    ]


def _percent(value: float) -> str:
    return f"{100 * value:.3g}%"


def _plain(value: float) -> str:
    return f"{value:.3g}"
