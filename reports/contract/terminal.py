"""A contract report on a terminal: the headline, what did not pass, and a line for each theme."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reports.contract.results import ContractReport
from reports.contract.wording import clause_word, counts, headline, not_passed, notes, shares_line, themes
from reports.plain import plain
from reports.sentences import seconds
from reports.verdicts import Verdict

__all__ = ["print_contract"]

_COLOURS = {Verdict.VALID: "green", Verdict.UNKNOWN: "yellow", Verdict.INVALID: "red"}
_STEPS = 12
"""The last steps of a clause that did not pass."""


def print_contract(report: ContractReport, console: Console, *, every: bool = False) -> None:
    """every: a line for each clause instead of each theme."""
    colour = _COLOURS[report.verdict]
    console.print(Text(plain(f"{report.target}: {headline(report)}"), style=f"bold {colour}"))
    about = f"{report.dialect} dialect, seed {report.seed}, {seconds(report.seconds)}"
    console.print(Text(plain(f"{counts(report)}; {about}")))
    console.print(_clauses(report) if every else _themes(report))
    for result in not_passed(report):
        console.print(Text(plain(f"\n{result.id} ({result.level}): {result.sentence}"), style="bold"))
        console.print(Text(plain(f"  {clause_word(result)}")))
        if result.exemption is not None:
            console.print(Text(plain(f"  exempted: {result.exemption}")))
        for step in result.steps[-_STEPS:]:
            console.print(Text(plain(f"    {step}"), style="dim"))
    console.print(Text(plain(f"\n{shares_line(report)}")))
    for note in notes(report):
        console.print(Text(plain(note)))


def _themes(report: ContractReport) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("theme", "passed", "not passed", "not asked"):
        table.add_column(column, justify="left" if column == "theme" else "right")
    for theme, passed, *rest in themes(report):
        table.add_row(theme, str(passed), *(str(number) if number else "" for number in rest))
    return table


def _clauses(report: ContractReport) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("clause", "level", "state", "time", "sentence"):
        table.add_column(column, no_wrap=column in {"clause", "state"})
    for result in report.results:
        took = seconds(result.seconds) if result.state.ran else ""
        table.add_row(result.id, result.level, result.state, took, Text(plain(result.sentence)))
    return table
