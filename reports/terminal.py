"""The terminal summary: the verdict and its reasons, understood in ten seconds."""

from collections.abc import Iterator
from itertools import zip_longest

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from reports.history import OpResult
from reports.invariants import PROMISES
from reports.journal import Journal, what_broke
from reports.measures import Measures, ShareOutcome, quantile
from reports.passed_on import gateway_sentences
from reports.plain import plain
from reports.sentences import conclusion, measured, played, seconds
from reports.verdicts import Anomaly, Verdict

__all__ = ["print_summary"]

_COLOURS = {Verdict.VALID: "green", Verdict.UNKNOWN: "yellow", Verdict.INVALID: "red"}
SHOWN = 3
"""Anomalies told in full, the first of each invariant before the second of any; the others are in the HTML report."""


def print_summary(journal: Journal, console: Console) -> None:
    """Print the summary: verdict, figures, anomalies, doubts, gates."""
    colour = _COLOURS[journal.verdict]
    facts = (journal.scenario, played(journal), f"{journal.world} world", f"seed {journal.seed}")
    about = ", ".join(filter(None, facts))
    title = f"[bold]{journal.verdict.upper()}[/]  {escape(plain(about))}"
    body = Group(_text(conclusion(journal)), Text(), _figures(journal), *_details(journal))
    console.print(Panel(body, title=title, title_align="left", border_style=colour, padding=(0, 1)))


def _figures(journal: Journal) -> Table:
    measures = Measures(journal.history)
    share_outcomes = [line.share_outcome for line in measures.lines]
    accepts = [value for _, value in measures.accept_latencies()]
    actives = [value for points in measures.active_latencies().values() for _, value in points]
    results = measures.results()
    table = Table.grid(padding=(0, 2))
    table.add_row(
        "shares",
        ", ".join(
            f"{share_outcomes.count(share_outcome)} {share_outcome}"
            for share_outcome in ShareOutcome
            if share_outcomes.count(share_outcome)
        )
        or "none",
    )
    table.add_row("ops", ", ".join(f"{results[result]} {result}" for result in OpResult))
    table.add_row("accept", _spread(accepts))
    table.add_row("to active", _spread(actives))
    table.add_row("timeouts", _timeouts(journal, measures))
    if gateway := gateway_sentences(journal):
        table.add_row("gateway", "; ".join(gateway))
    table.add_row("faults", _counts(what_broke(journal)))
    return table


def _timeouts(journal: Journal, measures: Measures) -> str:
    """Of the service's own commands nobody knows where it has no log of them."""
    counted = {f"{hop} at {site}": number for (hop, site), number in measures.timeouts().items()}
    if journal.history.has_commands:
        return _counts(counted)
    return f"{_counts(counted) if counted else 'none of clients'}; of the service's commands: not known"


def _spread(values: list[float]) -> str:
    if not values:
        return "nothing to measure"
    return ", ".join(
        f"{name} {seconds(quantile(values, q))}" for name, q in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    )


def _counts(counts: dict[str, int]) -> str:
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    return escape(plain(", ".join(f"{count} {name}" for name, count in rows))) or "none"


def _details(journal: Journal) -> Iterator[RenderableType]:
    broken = [finding.anomalies for finding in journal.findings if finding.anomalies]
    anomalies = [row for nth in zip_longest(*broken) for row in nth if row is not None]
    told: set[str] = set()
    for anomaly in anomalies[:SHOWN]:
        yield Text()
        if anomaly.invariant in PROMISES and anomaly.invariant not in told:
            sentence = PROMISES[anomaly.invariant].sentence
            yield _text(f"{anomaly.invariant}  {sentence} (spoolproof explain {anomaly.invariant})", style="dim")
        told.add(anomaly.invariant)
        yield from _story(anomaly)
    brief = anomalies[SHOWN : len(broken)]
    if brief:
        yield Text()
        yield from map(_headline, brief)
    more = len(anomalies) - SHOWN - len(brief)
    if more > 0:
        yield Text(f"… and {more} more anomalies in the report", style="dim")
    for gate in journal.gates:
        mark, style = ("passed", "green") if gate.passed else ("failed", "red")
        yield _text(f"gate {mark}: {gate.expression} ({measured(gate)})", style=style)
    for note in journal.notes:
        yield _text(f"note: {note}", style="yellow")


def _text(words: str, style: str = "") -> Text:
    return Text(plain(words), style=style)


def _story(anomaly: Anomaly) -> Iterator[RenderableType]:
    yield _headline(anomaly)
    for witness in anomaly.witnesses:
        yield _text(f"  {witness.at:8.3f} s  {witness.text}")


def _headline(anomaly: Anomaly) -> Text:
    return _text(f"{anomaly.invariant}  {anomaly.message}", style="bold red")
