"""Several runs side by side on one self-contained page: the table, who ended how, and how long it took."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from connector.atomic_file import write_atomic
from reports.comparison import Figures, RunComparison, ShareEnding, accept_latencies, active_latencies
from reports.comparison_table import rows_of
from reports.html.charts import LINES, cumulative, lines, running, shown_end
from reports.html.template import asset, embedded, environment
from reports.journal import Journal, disturbances
from reports.sentences import conclusion

__all__ = ["render_comparison", "write_comparison"]

_GRID = 240
"""Steps of the time axis."""

_CLASSES: Mapping[ShareEnding, str] = {
    ShareEnding.ACTIVE: "active",
    ShareEnding.DELETED: "deleted",
    ShareEnding.NOT_MADE: "asked",
    ShareEnding.OPEN: "unclear",
    ShareEnding.ORPHAN: "orphan",
    ShareEnding.GHOST: "ghost",
}

_HOPS: Mapping[str, str] = {"client": "line-1", "gateway": "line-2", "api": "line-3"}


def write_comparison(path: Path, comparison: RunComparison, links: Sequence[str] = ()) -> None:
    """Write the page in one step. links: of each run's own report, in order. Raises `OSError`."""
    write_atomic(path, render_comparison(comparison, links))


def render_comparison(comparison: RunComparison, links: Sequence[str] = ()) -> str:
    """The page as text."""
    labels = [figures.label for figures in comparison.figures]
    return (
        environment()
        .get_template("comparison.html")
        .render(
            first=comparison.journals[0],
            about=comparison.about,
            drawn=LINES,
            paired=comparison.paired,
            runs=[
                {"label": label, "journal": journal, "conclusion": conclusion(journal), "link": link}
                for label, journal, link in zip(
                    labels, comparison.journals, [*links, *[""] * len(labels)], strict=False
                )
            ],
            rows=rows_of(comparison),
            endings=[_ending_bar(figures) for figures in comparison.figures],
            ending_legend=[(_CLASSES[ending], ending.value) for ending in ShareEnding],
            timeouts=_timeout_bars(comparison.figures),
            timeout_legend=[(role, hop) for hop, role in _HOPS.items()],
            data=embedded(_data(comparison, labels)),
            style=asset("vendor/uPlot.min.css") + asset("assets/report.css"),
            script=asset("vendor/uPlot.iife.min.js") + asset("assets/charts.js") + asset("assets/lists.js"),
        )
    )


def _ending_bar(figures: Figures) -> dict[str, Any]:
    """As wide as what was asked, which is the same for every run."""
    endings = figures.endings or {}
    counts = [(_CLASSES[ending], ending.value, count) for ending, count in endings.items()]
    return _bar(figures.label, counts, whole=figures.asked)


def _timeout_bars(runs: Sequence[Figures]) -> list[dict[str, Any]]:
    """As wide as the most that the clients of one run met."""
    most = max(sum(figures.timeouts.values()) for figures in runs)
    return [
        _bar(figures.label, [(_HOPS[hop], hop, count) for hop, count in figures.timeouts.items()], whole=most)
        for figures in runs
    ]


def _bar(name: str, counts: Sequence[tuple[str, str, int]], *, whole: int) -> dict[str, Any]:
    """A bar of parts: (class, text, count, per cent of the whole)."""
    parts = [(style, text, count, 100 * count / max(whole, 1)) for style, text, count in counts]
    return {"name": name, "total": str(sum(count for _, _, count in counts)), "parts": parts}


def _data(comparison: RunComparison, labels: Sequence[str]) -> dict[str, Any]:
    journals, labels = comparison.journals[:LINES], labels[:LINES]
    return {
        "end": max(map(shown_end, journals)),
        "spans": [{"from": span.begins, "to": span.ends, "name": span.name} for span in disturbances(journals[0])],
        "marks": [{"at": row.at, "name": f"{row.action} {row.target}"} for row in journals[0].history.nemesis],
        "lines": LINES,
        "accept": _over_each_other(cumulative(dict(zip(labels, map(accept_latencies, journals), strict=True)))),
        "active": _over_each_other(cumulative(dict(zip(labels, map(active_latencies, journals), strict=True)))),
        "work": _over_each_other(_active_over_time(journals, labels)),
    }


def _over_each_other(chart: dict[str, Any]) -> dict[str, Any]:
    """The first line is the widest, so that of lines that lie on each other each can be seen."""
    count = len(chart["names"])
    step = min(2.2, 8 / max(count - 1, 1))
    return {**chart, "widths": [2 + step * (count - 1 - index) for index in range(count)]}


def _active_over_time(journals: Sequence[Journal], labels: Sequence[str]) -> dict[str, Any]:
    """How many shares were active, by each run's own log."""
    end = max(map(shown_end, journals))
    x = [end * step / _GRID for step in range(_GRID + 1)]
    y = [running(_steps(journal), x) for journal in journals]
    return {"names": list(labels), "roles": lines(len(labels)), "x": x, "y": y}


def _steps(journal: Journal) -> list[tuple[float, int]]:
    moves = ((row.at, (row.after == "active") - (row.before == "active")) for row in journal.history.changes)
    return sorted((at, step) for at, step in moves if step)
