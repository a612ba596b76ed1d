"""A fidelity report on a terminal: the headline, each difference, and the smallest sequence that shows the first."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reports.fidelity.results import DifferenceRow, FidelityReport, PlayedStep
from reports.fidelity.wording import counts, coverage_line, headline, notes, shrunk_line
from reports.plain import plain
from reports.sentences import seconds
from reports.verdicts import Verdict

__all__ = ["print_fidelity"]

_COLOURS = {Verdict.VALID: "green", Verdict.UNKNOWN: "yellow", Verdict.INVALID: "red"}


def print_fidelity(report: FidelityReport, console: Console) -> None:
    colour = _COLOURS[report.verdict]
    console.print(Text(plain(f"{report.fake} as {report.real}: {headline(report)}"), style=f"bold {colour}"))
    if not report.replayed:
        console.print(Text(plain(f"{counts(report)}; seed {report.seed}, {seconds(report.seconds)}")))
        console.print(Text(plain(f"covered: {coverage_line(report)}")))
    for title, rows in (("differences", report.differences), ("intended differences", report.intended)):
        if rows:
            console.print(Text(f"\n{title}", style="bold"))
            console.print(_rows(rows))
    if report.shrunk is not None:
        console.print(Text(f"\n{shrunk_line(report)}", style="bold"))
        console.print(_steps(report.shrunk.steps))
    for note in notes(report):
        console.print(Text(plain(note)))


def _rows(rows: Sequence[DifferenceRow]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("command", "real", "fake", "times", "sequence"):
        table.add_column(heading, justify="right" if heading in {"times", "sequence"} else "left")
    for row in rows:
        cells = [Text(plain(text)) for text in (row.what, row.real, row.fake)]
        table.add_row(*cells, str(row.count), str(row.number))
        if row.reason is not None:
            table.add_row(Text(plain(f"  {row.reason}"), style="dim"))
    return table


def _steps(rows: Sequence[PlayedStep]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "step", "real", "fake"):
        table.add_column(heading)
    for row in rows:
        cells = [Text(plain(text)) for text in (row.what, row.real, row.fake)]
        table.add_row("≠" if row.differs else "", *cells, style="bold" if row.differs else "dim")
    return table
