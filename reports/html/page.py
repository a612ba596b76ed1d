"""The page: one self-contained HTML file that works from a CI artifact, with no network."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from connector.atomic_file import write_atomic
from reports.history import OpResult
from reports.html.anomalies import anomaly_groups, unknown_reasons
from reports.html.charts import LINES, PLOTTED, chart_data, events, shown_end
from reports.html.clusters import ClusterRow, cluster_rows
from reports.html.gantt import gantt, ticks
from reports.html.template import asset, embedded, environment
from reports.invariants import PROMISES
from reports.journal import Journal, disturbances, what_broke
from reports.latencies import PERCENTS, latency_rows, pace_of
from reports.measures import Measures, ShareOutcome, quantile
from reports.passed_on import gateway_sentences, passed_on_again
from reports.planned import planned_against_injected
from reports.sentences import conclusion, seconds

__all__ = ["render_html", "write_html"]

BARS = 8
"""Clusters in the picture of outcomes; all are in the list below it."""

SHADES = 200
"""Disturbed stretches behind the timeline."""

LISTED = 500
"""Rows of a list; it says how many there are."""


def write_html(path: Path, journal: Journal) -> None:
    """Write the page in one step. Raises `OSError` where the path cannot be written."""
    write_atomic(path, render_html(journal))


def render_html(journal: Journal) -> str:
    """The page as text."""
    measures = Measures(journal.history)
    clusters = cluster_rows(journal, measures)
    plotted = [row.name for row in clusters if row.shares][:PLOTTED]
    template = environment().get_template("report.html")
    data = chart_data(journal, measures, plotted)
    return template.render(
        journal=journal,
        conclusion=conclusion(journal),
        began=_began(journal.began),
        groups=anomaly_groups(journal),
        unknown_reasons=unknown_reasons(journal),
        promises=PROMISES,
        tiles=_tiles(journal, measures),
        share_outcomes=_share_outcomes(clusters),
        clusters=clusters[:LISTED],
        cluster_total=len(clusters),
        plotted={name: index for index, name in enumerate(plotted)},
        at_first=LINES,
        outcome=list(ShareOutcome),
        timeouts=_bars({f"{hop} at {site}": count for (hop, site), count in measures.timeouts().items()}),
        gateway=gateway_sentences(journal),
        passed_on=passed_on_again(journal.history)[:LISTED],
        planned=planned_against_injected(journal)[:LISTED],
        events=events(journal),
        rows=gantt(journal, measures, end=shown_end(journal)),
        row_total=len(measures.lines),
        ticks=ticks(shown_end(journal)),
        shades=_shades(journal),
        floor=seconds(data["latency"]["floor"]),
        latencies=latency_rows(journal.history)[:LISTED] if journal.generators else [],
        percents=PERCENTS,
        pace=pace_of(journal.history) if journal.generators else None,
        data_has_gates=bool(data["latency"]["gates"]),
        data=embedded(data),
        style=asset("vendor/uPlot.min.css") + asset("assets/report.css"),
        script=asset("vendor/uPlot.iife.min.js") + asset("assets/charts.js") + asset("assets/lists.js"),
    )


def _began(began: str) -> str:
    """For people; empty for an instant that nobody lived, as earlier versions wrote for runs in virtual time."""
    return "" if began.startswith("1970-") else f"{began[:10]} {began[11:16]} UTC"


def _tiles(journal: Journal, measures: Measures) -> list[tuple[str, str, str]]:
    """(label, value, what it means) of the figures that one looks for first."""
    accepts = [value for _, value in measures.accept_latencies()]
    actives = [value for points in measures.active_latencies().values() for _, value in points]
    share_outcomes = [line.share_outcome for line in measures.lines]
    results = measures.results()
    asked = sum(1 for op in measures.creates if op.purpose == "load")
    repeats = len(measures.creates) - asked
    return [
        ("creates asked", f"{asked:,}", f"and {repeats:,} deliberate repeats" if repeats else "by the load"),
        (
            "ended active",
            _share_of(share_outcomes.count(ShareOutcome.ACTIVE), len(share_outcomes)),
            "of the records that were made",
        ),
        (
            "removed",
            f"{share_outcomes.count(ShareOutcome.FAILED) + share_outcomes.count(ShareOutcome.DELETED):,}",
            _removed(share_outcomes),
        ),
        ("still open", f"{share_outcomes.count(ShareOutcome.OPEN):,}", "records neither active nor removed"),
        ("accept p99", seconds(quantile(accepts, 0.99)), "due arrival to 202"),
        ("active p50", seconds(quantile(actives, 0.5)), "due arrival to active"),
        ("active p99", seconds(quantile(actives, 0.99)), "due arrival to active"),
        ("timeouts", *_timeouts(journal)),
        ("never clear", f"{results[OpResult.INFO]:,}", "ops without a clear answer"),
        ("faults struck", f"{what_broke(journal).total():,}", "by their own logs"),
    ]


def _timeouts(journal: Journal) -> tuple[str, str]:
    """How many, and what that means."""
    count = len(journal.history.timeouts)
    if journal.history.has_commands:
        return f"{count:,}", "at the hop where each began"
    return f"{count:,} and more" if count else "not known", "of the service's own commands there is no log"


def _share_of(count: int, whole: int) -> str:
    return f"{count:,} ({100 * count / whole:.1f}%)" if whole else "0"


def _removed(share_outcomes: Sequence[ShareOutcome]) -> str:
    return (
        f"{share_outcomes.count(ShareOutcome.FAILED):,} failed, {share_outcomes.count(ShareOutcome.DELETED):,} deleted"
    )


def _share_outcomes(clusters: Sequence[ClusterRow]) -> dict[str, Any]:
    """Outcome bars: a row per cluster, in per cent of the largest; of many, all together and the worst."""
    known = [row for row in clusters if row.shares]
    shown = known if len(known) <= BARS else known[: BARS - 1]
    largest = max((row.shares for row in shown), default=1)
    bars = [_bar(row.name, row.share_outcomes, largest) for row in (shown if len(known) > BARS else _by_name(shown))]
    if len(known) > BARS:
        together = {
            share_outcome: sum(row.share_outcomes.get(share_outcome, 0) for row in known)
            for share_outcome in ShareOutcome
        }
        bars.insert(0, _bar(f"all {len(known)} clusters", together, sum(together.values())))
    about = f"of all, and of the {len(shown)} worst; every cluster is in the list below" if len(known) > BARS else ""
    return {"bars": bars, "about": about}


def _by_name(rows: Sequence[ClusterRow]) -> list[ClusterRow]:
    return sorted(rows, key=lambda row: row.name)


def _bar(name: str, share_outcomes: Mapping[ShareOutcome, int], whole: int) -> dict[str, Any]:
    parts = [
        (
            share_outcome.role,
            str(share_outcome),
            share_outcomes.get(share_outcome, 0),
            100 * share_outcomes.get(share_outcome, 0) / whole,
        )
        for share_outcome in ShareOutcome
    ]
    total = sum(share_outcomes.values())
    ok = 100 * share_outcomes.get(ShareOutcome.ACTIVE, 0) / total if total else 0.0
    return {"name": name, "total": f"{total:,}", "active": f"{ok:.0f}%", "parts": parts}


def _bars(counts: Mapping[str, int]) -> list[tuple[str, int, float]]:
    largest = max(counts.values(), default=1)
    return [(name, count, 100 * count / largest) for name, count in sorted(counts.items(), key=lambda row: -row[1])]


def _shades(journal: Journal) -> list[tuple[float, float, str]]:
    end = shown_end(journal)
    return [
        (100 * span.begins / end, 100 * (min(span.ends, end) - span.begins) / end, span.name)
        for span in disturbances(journal)
        if span.begins < end
    ][:SHADES]
