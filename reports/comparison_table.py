"""A comparison as a table: a row per figure, a column per run; the terminal and the page show the same rows."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isinf

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reports.comparison import Figures, RunComparison
from reports.plain import plain
from reports.sentences import seconds

__all__ = ["ComparisonCell", "ComparisonRow", "print_comparison", "rows_of"]

_STYLES = {"valid": "bold green", "unknown": "bold yellow", "invalid": "bold red", "bad": "red", "": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonCell:
    """tone: a verdict, `bad` for what should not be, else empty."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """One figure. about: what exactly it is."""

    name: str
    about: str
    cells: tuple[ComparisonCell, ...]


def rows_of(comparison: RunComparison) -> list[ComparisonRow]:
    """All rows, in the order in which one asks."""
    return [
        ComparisonRow(name=name, about=about, cells=tuple(cell(figures) for figures in comparison.figures))
        for name, about, cell in _ROWS
    ]


def print_comparison(comparison: RunComparison, console: Console) -> None:
    """Print the table, under what was compared."""
    table = Table(
        title=Text(plain(comparison.about), style="bold"),
        title_justify="left",
        pad_edge=False,
        box=None,
        header_style="bold",
    )
    table.add_column("")
    for figures in comparison.figures:
        table.add_column(Text(plain(figures.label)))
    for row in rows_of(comparison):
        table.add_row(Text(row.name), *(Text(plain(cell.text), style=_STYLES[cell.tone]) for cell in row.cells))
    console.print(table)
    if not comparison.paired:
        console.print(Text("The runs were not asked the same creates: they cannot be compared one to one.", "yellow"))


def _verdict(figures: Figures) -> ComparisonCell:
    return ComparisonCell(text=figures.verdict, tone=figures.verdict)


def _number(value: int | None) -> ComparisonCell:
    """A count of what should not be."""
    if value is None:
        return ComparisonCell(text="not known", tone="unknown")
    return ComparisonCell(text=str(value), tone="bad" if value else "")


def _time(value: float | None) -> ComparisonCell:
    if value is not None and isinf(value):
        return ComparisonCell(text="never", tone="bad")
    return ComparisonCell(text=seconds(value))


def _broken(figures: Figures) -> ComparisonCell:
    words = [f"{name} ({count})" for name, count in figures.broken.items()]
    return ComparisonCell(text=", ".join(words) or "none", tone="bad" if words else "")


def _became_active(figures: Figures) -> ComparisonCell:
    return ComparisonCell(text=f"{figures.came_active} of {figures.asked}")


_ROWS: tuple[tuple[str, str, Callable[[Figures], ComparisonCell]], ...] = (
    ("verdict", "of all invariants together", _verdict),
    ("invariants broken", "with the number of anomalies of each", _broken),
    ("creates that became active", "of all that were asked", _became_active),
    ("orphans", "on a cluster at the end, and no record of them", lambda row: _number(row.orphans)),
    ("ghosts", "active at the end, and not on their cluster", lambda row: _number(row.ghosts)),
    ("promises lost", "accepted, and neither came about nor taken back", lambda row: _number(row.lost)),
    ("outcome never learnt", "ops of clients that ended without a clear answer", lambda row: _number(row.unclear)),
    ("timeouts: the client's own", "tries that the client gave up", lambda row: _number(row.timeouts["client"])),
    ("timeouts: the gateway's", "504 because the API did not answer", lambda row: _number(row.timeouts["gateway"])),
    ("timeouts: the API's", "504 because the cluster did not answer", lambda row: _number(row.timeouts["api"])),
    ("accept p50", "from the due instant to a yes, or to where the client gave up", lambda row: _time(row.accept.p50)),
    ("accept p99", "as above", lambda row: _time(row.accept.p99)),
    ("time to active p50", "of all creates asked", lambda row: _time(row.active.p50)),
    ("time to active p99", "of all creates asked", lambda row: _time(row.active.p99)),
)
