"""The numbers behind the page's charts: plain lists, thinned so that the page stays small.

A series has a `role`, from which script and style sheet take colour, dashes and mark: the same in every chart and in
the timeline. `line-N` is the Nth of things that are alike, such as clusters.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from math import isinf, log10
from typing import Any

from reports.history import NemesisAction, OpKind, OpResult
from reports.html.gate_lines import latency_gates, rate_gates
from reports.journal import Journal, disturbances
from reports.measures import Measures, ShareLine, ShareOutcome

__all__ = ["LINES", "PLOTTED", "chart_data", "cumulative", "events", "lines", "running", "shown_end"]

BINS = 90
"""Stretches in which rates are counted."""

POINTS = 1500
"""Points per scatter series."""

GRID = 150
"""Steps of a cumulative curve or of a time axis."""

LINES = 6
"""Lines of one chart that an eye can tell apart."""

PLOTTED = 100
"""Clusters whose curves a page holds."""

_MARKED = 200
"""Spans and acts of the nemesis that plots show; a line every few pixels marks nothing."""

Points = Sequence[tuple[float, float]]


def chart_data(journal: Journal, measures: Measures, clusters: Sequence[str]) -> dict[str, Any]:
    """Everything that `charts.js` draws. clusters: those that can be plotted, the first of them at first."""
    end, actives = shown_end(journal), measures.active_latencies()
    return {
        "end": _round(end),
        "spans": [
            {"from": _round(span.begins), "to": _round(span.ends), "name": span.name}
            for span in disturbances(journal)[:_MARKED]
        ],
        "marks": [
            {"at": _round(row.at), "name": f"{row.action} {row.target}"} for row in journal.history.nemesis[:_MARKED]
        ],
        "latency": {**_latency(measures), "end": _round(_load_end(journal)), "gates": latency_gates(journal)},
        "rates": {**_rates(journal, measures, end), "gates": rate_gates(journal)},
        "cdf": cumulative(
            {name: [seconds for _, seconds in actives.get(name, ())] for name in clusters}, keep_empty=True
        ),
        "work": _work(measures, clusters, end),
        "lines": LINES,
    }


def shown_end(journal: Journal) -> float:
    """Where time axes end: a little after the last thing that happened, not where the run stopped to wait."""
    history = journal.history
    last = max(
        (
            _load_end(journal),
            *(row.at for row in history.changes),
            *(row.at for row in history.effects),
            *(row.at for row in history.injections),
            *(row.at for row in history.timeouts),
            *(row.at for row in history.nemesis),
            *(op.completed_at or op.invoked_at for op in history.ops if op.purpose != "poll"),
        ),
        default=0.0,
    )
    return min(1.02 * last, journal.ends) if journal.ends > 0 else last or 1.0


def events(journal: Journal) -> list[tuple[float, float | None, str]]:
    """(from, to, what) of all that is marked on the plots, in time order."""
    spans = [(span.begins, span.ends, span.name) for span in disturbances(journal)]
    marks = [(row.at, None, _worded(row)) for row in journal.history.nemesis]
    return sorted([*spans, *marks], key=lambda row: row[0])


def _worded(row: NemesisAction) -> str:
    return f"{row.action} {row.target}{f' ({row.detail})' if row.detail else ''}"


def _load_end(journal: Journal) -> float:
    return min(max((op.intended_at for op in journal.history.ops), default=0.0), journal.load_ends) or journal.load_ends


def _latency(measures: Measures) -> dict[str, Any]:
    active = [point for points in measures.active_latencies().values() for point in points]
    unclear = [op for op in measures.creates if op.result is OpResult.INFO and op.completed_at is not None]
    series = {
        ("create accepted", "asked"): measures.accept_latencies(),
        ("share active", "active"): active,
        ("delete answered", "deleted"): measures.answer_latencies(OpKind.DELETE),
        ("resize answered", "updating"): measures.answer_latencies(OpKind.RESIZE),
        ("create never clear", "unclear"): [
            (op.intended_at, (op.completed_at or 0.0) - op.intended_at) for op in unclear
        ],
    }
    return _scatter({key: points for key, points in series.items() if points})


def _scatter(series: Mapping[tuple[str, str], Points]) -> dict[str, Any]:
    """Points of several series on one ascending x axis, with gaps, as the chart library wants them."""
    thinned = {key: _thin(points) for key, points in series.items()}
    floor = _floor([y for points in thinned.values() for _, y in points])
    rows = sorted((x, index, y) for index, points in enumerate(thinned.values()) for x, y in points)
    columns: list[list[float | None]] = [[None] * len(rows) for _ in thinned]
    for row, (_, index, y) in enumerate(rows):
        columns[index][row] = _round(max(y, floor))
    return {
        "floor": _round(floor),
        "names": [name for name, _ in thinned],
        "roles": [role for _, role in thinned],
        "x": [_round(x) for x, _, _ in rows],
        "y": columns,
    }


def _floor(values: Sequence[float]) -> float:
    """What is instant has no place on a logarithmic axis: it is drawn a little below all that is not."""
    return max(min((value for value in values if value > 0.001), default=0.004) / 4, 0.001)


def _thin(points: Points) -> Points:
    """Of each run of neighbours keep the slowest: a chart must not lose its tail."""
    if len(points) <= POINTS:
        return points
    ordered, size = sorted(points), -(-len(points) // POINTS)
    return [max(ordered[at : at + size], key=lambda point: point[1]) for at in range(0, len(ordered), size)]


def cumulative(series: Mapping[str, Sequence[float]], *, keep_empty: bool = False) -> dict[str, Any]:
    """What share of each series lies within so many seconds; an infinite value is never within.

    The steps are even, or even in the logarithm (`log`) where most of the curve would stick to one edge.
    """
    ordered = {name: sorted(values) for name, values in series.items() if values or keep_empty}
    finite = sorted(value for values in ordered.values() for value in values if not isinf(value))
    if not finite:
        return {"names": [], "roles": [], "x": [], "y": [], "log": False}
    low, high = max(finite[0], 0.001), max(finite[-1], 0.001)
    log = high / max(finite[len(finite) // 2], 0.001) > 30
    x = _log_grid(low, high) if log else [high * 1.001 * step / (GRID - 1) for step in range(GRID)]
    y = [[_round(bisect_right(values, at) / max(len(values), 1)) for at in x] for values in ordered.values()]
    return {
        "names": list(ordered),
        "roles": lines(len(ordered)),
        "x": [_round(at) for at in x],
        "y": y,
        "log": log,
    }


def lines(count: int) -> list[str]:
    """Roles of things that are alike."""
    return [f"line-{index % LINES + 1}" for index in range(count)]


def _log_grid(low: float, high: float) -> list[float]:
    """Steps even in the logarithm, the last one a little above `high` so that every curve reaches 1."""
    first, last = log10(low), log10(high * 1.001)
    span = max(last - first, 1e-9)
    return [10 ** (first + span * step / (GRID - 1)) for step in range(GRID)]


def _rates(journal: Journal, measures: Measures, end: float) -> dict[str, Any]:
    width = max(end / BINS, 0.5)
    series = {
        ("creates asked", "asked"): [op.intended_at for op in measures.creates],
        ("became active", "active"): _reached(measures.lines, "active"),
        ("removed after failing", "failed"): [
            at
            for line in measures.lines
            if line.share_outcome is ShareOutcome.FAILED and (at := line.reached(None)) is not None
        ],
        ("timeouts", "unclear"): [row.at for row in journal.history.timeouts],
    }
    bins = int(end / width) + 1
    y = [_histogram(values, width, bins) for values in series.values()]
    return {
        "names": [name for name, _ in series],
        "roles": [role for _, role in series],
        "x": [_round(step * width) for step in range(bins)],
        "y": y,
    }


def _reached(shares: Sequence[ShareLine], state: str) -> list[float]:
    return [at for line in shares if (at := line.reached(state)) is not None]


def _histogram(instants: Iterable[float], width: float, bins: int) -> list[float]:
    counts = [0] * bins
    for at in instants:
        if 0 <= at < bins * width:
            counts[int(at / width)] += 1
    return [_round(count / width) for count in counts]


def _work(measures: Measures, clusters: Sequence[str], end: float) -> dict[str, Any]:
    """Shares in work over time: neither active nor gone."""
    steps: dict[str, list[tuple[float, int]]] = {}
    for line in measures.lines:
        for change in line.changes:
            before, after = change.before not in (None, "active"), change.after not in (None, "active")
            if before != after:
                steps.setdefault(line.location, []).append((change.at, 1 if after else -1))
    x = [end * step / GRID for step in range(GRID + 1)]
    return {
        "names": list(clusters) if steps else [],
        "roles": lines(len(clusters)),
        "x": [_round(at) for at in x],
        "y": [running(sorted(steps.get(name, ())), x) for name in clusters],
    }


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
