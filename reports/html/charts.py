"""The numbers behind the page's charts: plain lists, thinned so that the page stays small."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from math import isinf, log10
from typing import Any

from reports.history import OpKind, OpResult
from reports.journal import Journal, disturbances
from reports.measures import Measures

__all__ = ["chart_data", "cumulative", "running"]

BINS = 90
"""Stretches in which rates are counted."""

POINTS = 1500
"""Points per scatter series."""

GRID = 240
"""Steps of a CDF or of a time axis."""

Points = Sequence[tuple[float, float]]


def chart_data(journal: Journal, measures: Measures) -> dict[str, Any]:
    """Everything that `charts.js` draws: four charts, the shaded spans and the marks of the nemesis."""
    return {
        "end": _round(journal.ends),
        "shades": [
            {"from": _round(span.begins), "to": _round(span.ends), "name": span.name} for span in disturbances(journal)
        ],
        "marks": [{"at": _round(row.at), "name": f"{row.action} {row.target}"} for row in journal.history.nemesis],
        "latency": _latency(measures),
        "cdf": _cdf(measures),
        "rates": _rates(journal, measures),
        "work": _work(journal, measures),
    }


def _latency(measures: Measures) -> dict[str, Any]:
    active = [point for points in measures.active_latencies().values() for point in points]
    series = {
        "create accepted": measures.accept_latencies(),
        "share active": active,
        "delete answered": measures.answer_latencies(OpKind.DELETE),
        "resize answered": measures.answer_latencies(OpKind.RESIZE),
    }
    unclear = [op for op in measures.creates if op.result is OpResult.INFO and op.completed_at is not None]
    series["create never clear"] = [(op.intended_at, (op.completed_at or 0.0) - op.intended_at) for op in unclear]
    return _scatter({name: points for name, points in series.items() if points})


def _scatter(series: Mapping[str, Points]) -> dict[str, Any]:
    """Points of several series on one ascending x axis, with gaps, as the chart library wants them."""
    thinned = {name: _thin(points) for name, points in series.items()}
    rows = sorted((x, index, y) for index, points in enumerate(thinned.values()) for x, y in points)
    columns: list[list[float | None]] = [[None] * len(rows) for _ in thinned]
    for row, (_, index, y) in enumerate(rows):
        columns[index][row] = _round(max(y, 0.001))
    return {"names": list(thinned), "x": [_round(x) for x, _, _ in rows], "y": columns}


def _thin(points: Points) -> Points:
    """Of each run of neighbours keep the slowest: a chart must not lose its tail."""
    if len(points) <= POINTS:
        return points
    ordered, size = sorted(points), -(-len(points) // POINTS)
    return [max(ordered[at : at + size], key=lambda point: point[1]) for at in range(0, len(ordered), size)]


def _cdf(measures: Measures) -> dict[str, Any]:
    series = {"create accepted": [y for _, y in measures.accept_latencies()]}
    for location, points in sorted(measures.active_latencies().items())[:8]:
        series[f"active on {location}"] = [y for _, y in points]
    return cumulative(series)


def cumulative(series: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """What share of each series lies within so many seconds; an infinite value is never within."""
    ordered = {name: sorted(max(value, 0.001) for value in values) for name, values in series.items() if values}
    finite = [value for values in ordered.values() for value in values if not isinf(value)]
    if not finite:
        return {"names": [], "x": [], "y": []}
    x = _log_grid(min(finite), max(finite))
    y = [[_round(bisect_right(values, at) / len(values)) for at in x] for values in ordered.values()]
    return {"names": list(ordered), "x": x, "y": y}


def _log_grid(low: float, high: float) -> list[float]:
    """Steps even in the logarithm, the last one a little above `high` so that every curve reaches 1."""
    first, last = log10(low), log10(high * 1.001)
    span = max(last - first, 1e-9)
    return [10 ** (first + span * step / (GRID - 1)) for step in range(GRID)]


def _rates(journal: Journal, measures: Measures) -> dict[str, Any]:
    width = max(journal.ends / BINS, 0.5)
    active = [line.reached("active") for line in measures.lines]
    removed = [line.reached(None) for line in measures.lines]
    series = {
        "creates asked/s": [op.intended_at for op in measures.creates],
        "active/s": [at for at in active if at is not None],
        "removed/s": [at for at in removed if at is not None],
        "timeouts/s": [row.at for row in journal.history.timeouts],
    }
    bins = int(journal.ends / width) + 1
    y = [_histogram(values, width, bins) for values in series.values()]
    return {"names": list(series), "x": [_round(step * width) for step in range(bins)], "y": y}


def _histogram(instants: Iterable[float], width: float, bins: int) -> list[float]:
    counts = [0] * bins
    for at in instants:
        if 0 <= at < bins * width:
            counts[int(at / width)] += 1
    return [_round(count / width) for count in counts]


def _work(journal: Journal, measures: Measures) -> dict[str, Any]:
    """Shares in work over time: neither active nor gone."""
    steps: dict[str, list[tuple[float, int]]] = {}
    for line in measures.lines:
        for change in line.changes:
            before, after = change.before not in (None, "active"), change.after not in (None, "active")
            if before != after:
                steps.setdefault(line.location, []).append((change.at, 1 if after else -1))
    x = [journal.ends * step / GRID for step in range(GRID + 1)]
    names = sorted(steps)[:8]
    return {"names": names, "x": [_round(at) for at in x], "y": [running(sorted(steps[name]), x) for name in names]}


def running(steps: Sequence[tuple[float, int]], grid: Sequence[float]) -> list[int]:
    """The sum of the steps up to each instant of the grid."""
    totals, total, index = [], 0, 0
    for at in grid:
        while index < len(steps) and steps[index][0] <= at:
            total += steps[index][1]
            index += 1
        totals.append(total)
    return totals


def _round(value: float) -> float:
    """Milliseconds are enough for the eye, and keep the page small."""
    return round(value, 4)
