"""The page: one self-contained HTML file that works from a CI artifact, with no network."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from connector.whole_file import write_whole
from reports.history import OpResult
from reports.html.charts import chart_data
from reports.html.gantt import gantt, ticks
from reports.html.template import asset, embedded, environment
from reports.journal import Journal, disturbances, what_broke
from reports.measures import Fate, Measures, quantile
from reports.sentences import conclusion, seconds
from reports.verdicts import Finding

__all__ = ["render_html", "write_html"]


def write_html(path: Path, journal: Journal) -> None:
    """Write the page in one step. Raises `OSError` where the path cannot be written."""
    write_whole(path, render_html(journal))


def render_html(journal: Journal) -> str:
    """The page as text."""
    measures = Measures(journal.history)
    template = environment().get_template("report.html")
    return template.render(
        journal=journal,
        conclusion=conclusion(journal),
        anomalies=[anomaly for finding in journal.findings for anomaly in finding.anomalies],
        hidden=_hidden(journal.findings),
        tiles=_tiles(journal, measures),
        fates=_fates(measures),
        timeouts=_bars({f"{hop} · {site}": count for (hop, site), count in measures.timeouts().items()}),
        strikes=_bars(what_broke(journal)),
        rows=gantt(journal, measures),
        row_total=len(measures.lines),
        ticks=ticks(journal.ends),
        shades=_shades(journal),
        data=embedded(chart_data(journal, measures)),
        style=asset("vendor/uPlot.min.css") + asset("assets/report.css"),
        script=asset("vendor/uPlot.iife.min.js") + asset("assets/charts.js"),
    )


def _tiles(journal: Journal, measures: Measures) -> list[tuple[str, str, str]]:
    """(label, value, what it means) of the figures that one looks for first."""
    accepts = [value for _, value in measures.accept_latencies()]
    actives = [value for points in measures.active_latencies().values() for _, value in points]
    fates = [line.fate for line in measures.lines]
    results = measures.results()
    asked = sum(1 for op in measures.creates if op.purpose == "load")
    return [
        ("creates asked", str(asked), f"{len(measures.creates) - asked} deliberate repeats besides"),
        ("active", str(fates.count(Fate.ACTIVE)), "shares whose record ended active"),
        ("removed", str(fates.count(Fate.FAILED) + fates.count(Fate.DELETED)), "failed and cleaned up, or deleted"),
        ("never clear", str(results[OpResult.INFO]), "ops whose answer the client never got"),
        ("accept p99", seconds(quantile(accepts, 0.99)), "from the due arrival to the 202"),
        ("active p50", seconds(quantile(actives, 0.5)), "from the due arrival to active"),
        ("active p99", seconds(quantile(actives, 0.99)), "from the due arrival to active"),
        ("timeouts", str(len(journal.history.timeouts)), "each with one origin"),
        ("faults struck", str(what_broke(journal).total()), "as those who broke something logged it"),
    ]


def _fates(measures: Measures) -> list[dict[str, Any]]:
    """Outcome bars: a row per location, its parts in per cent of the largest row."""
    by_location = measures.fates()
    largest = max((sum(fates.values()) for fates in by_location.values()), default=1)
    return [
        {
            "name": location,
            "total": sum(fates.values()),
            "parts": [(fate.name.lower(), str(fate), fates[fate], 100 * fates[fate] / largest) for fate in Fate],
        }
        for location, fates in by_location.items()
    ]


def _bars(counts: Mapping[str, int]) -> list[tuple[str, int, float]]:
    largest = max(counts.values(), default=1)
    return [(name, count, 100 * count / largest) for name, count in sorted(counts.items(), key=lambda row: -row[1])]


def _shades(journal: Journal) -> list[tuple[float, float, str]]:
    end = journal.ends or 1.0
    return [
        (100 * span.begins / end, 100 * (span.ends - span.begins) / end, span.name) for span in disturbances(journal)
    ]


def _hidden(findings: Sequence[Finding]) -> list[str]:
    """Which invariants found more than they show."""
    return [
        f"{finding.invariant}: {finding.summary}, of which {len(finding.anomalies)} are shown"
        for finding in findings
        if finding.anomalies and not finding.summary.startswith(f"{len(finding.anomalies)} ")
    ]
