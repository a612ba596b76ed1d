"""Response times of a load on the terminal and as JSON, and how well its generators kept the pace."""

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from reports.journal import Journal
from reports.latencies import PERCENTS, LatencyRow, latency_rows, pace_of
from reports.plain import plain
from reports.sentences import seconds

__all__ = ["latency_object", "print_latencies"]

_SHOWN = 40
"""Rows; the report has all."""


def print_latencies(journal: Journal, console: Console) -> None:
    """A table, and a line about the generators."""
    rows = latency_rows(journal.history)
    names = [f"p{percent:g}" for percent in PERCENTS]
    table = Table("phase", "cluster", "op", title="response times, from when each op was due", title_justify="left")
    for name in ("ops", "min", *names, "max", "service p99"):
        table.add_column(name, justify="right")
    for row in rows[:_SHOWN]:
        table.add_row(*_cells(row))
    console.print(table)
    if len(rows) > _SHOWN:
        console.print(f"and {len(rows) - _SHOWN} rows more: see the report")
    pace = pace_of(journal.history)
    if pace is not None:
        busiest = max((row.busy for row in journal.generators), default=0.0)
        dropped = sum(row.dropped for row in journal.generators)
        console.print(
            f"generators: {len(journal.generators)}, lateness p99 {seconds(pace.p99)}, {dropped} arrivals dropped, "
            f"busiest {busiest:.0%} of a core"
        )


def latency_object(journal: Journal) -> dict[str, Any]:
    """The keys `latencies`, `pace` and `generators` of `load --json`."""
    pace = pace_of(journal.history)
    return {
        "latencies": [_named(row) for row in latency_rows(journal.history)],
        "pace": None if pace is None else asdict(pace),
        "generators": [asdict(row) for row in journal.generators],
    }


def _cells(row: LatencyRow) -> list[str]:
    return [
        plain(row.phase or "all"),
        plain(row.cluster or "all"),
        row.op,
        f"{row.count:,}",
        seconds(row.fastest),
        *map(seconds, row.response),
        seconds(row.slowest),
        seconds(row.service[PERCENTS.index(99.0)]),
    ]


def _named(row: LatencyRow) -> dict[str, Any]:
    names = [f"p{percent:g}" for percent in PERCENTS]
    response, service = (dict(zip(names, values, strict=True)) for values in (row.response, row.service))
    return {**asdict(row), "response": response, "service": service}
