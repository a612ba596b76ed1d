"""An agreement for people: what was compared, the latencies of each world, and the rows that differ."""

import math
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from harness.differential.agreement import OVERHEAD, QUANTILES, Agreement
from harness.differential.pairing import Difference
from harness.differential.spread import Quantile
from reports.plain import plain

__all__ = ["print_agreement", "verdict_words"]

_SHOWN = 10
"""Differences that are written out; all are in the file."""


def print_agreement(agreement: Agreement, left: str, right: str, console: Console) -> None:
    """left, right: the names of the worlds."""
    left, right = plain(left), plain(right)
    console.print(_rows(agreement, left, right), markup=False)
    console.print()
    console.print(_latencies(agreement, left, right), markup=False)
    console.print()
    console.print(_overheads(agreement, left, right), markup=False)
    for line in _differences(agreement, left, right):
        console.print(Text(plain(line)))
    if agreement.largest:
        console.print(Text(f"\nlargest differences in latency, {right} minus {left}:"))
    for shift in agreement.largest:
        console.print(Text(f"  {_duration(shift.seconds)}  {shift.series}  {plain(shift.words)}"))
    style = "bold green" if agreement.holds else "bold red"
    console.print(Text(f"\n{verdict_words(agreement, left, right)}", style=style))


def verdict_words(agreement: Agreement, left: str, right: str) -> str:
    """One sentence."""
    both = f"{left} and {right}"
    if not agreement.compared:
        return f"{both}: no op has a partner, so nothing was compared"
    reasons = []
    if agreement.differences:
        count = len(agreement.differences)
        reasons.append(f"{count} row{'' if count == 1 else 's'} differ{'s' if count == 1 else ''}")
    if agreement.too_far:
        names = ", ".join(figures.name for figures in agreement.too_far)
        reasons.append(f"beyond {_duration(agreement.bound or 0.0)}: {names}")
    if reasons:
        return f"{both} do not agree: {'; '.join(reasons)}"
    if agreement.bound is None:
        return f"{both} agree to the last bit"
    return f"{both} agree: every outcome is the same, and every latency within {_duration(agreement.bound)}"


def _rows(agreement: Agreement, left: str, right: str) -> Grid:
    grid = Grid(box=None, pad_edge=False, header_style="bold")
    grid.add_column("rows")
    for column in (left, right, "paired", f"only {left}", f"only {right}", "pairs that differ", "of polls"):
        grid.add_column(column, justify="right")
    for figures in agreement.tables:
        counts = (figures.left, figures.right, figures.paired, figures.only_left, figures.only_right)
        grid.add_row(figures.table.value, *map(str, (*counts, figures.differing, figures.passing)))
    return grid


def _latencies(agreement: Agreement, left: str, right: str) -> Grid:
    """Two lines for each latency, one of either world."""
    grid = _quantile_grid("latency", "in", QUANTILES)
    for figures in agreement.series:
        grid.add_row(figures.name, left, str(figures.counts[0]), *map(_interval, figures.left))
        grid.add_row("", right, str(figures.counts[1]), *map(_interval, figures.right))
    return grid


def _overheads(agreement: Agreement, left: str, right: str) -> Grid:
    """One line for each latency, of the differences op by op."""
    grid = _quantile_grid(f"{right} minus {left}", "excluded", OVERHEAD)
    for figures in agreement.series:
        grid.add_row(figures.name, str(figures.excluded), str(figures.pairs), *map(_interval, figures.overhead))
    return grid


def _quantile_grid(first: str, second: str, shares: Iterable[float]) -> Grid:
    grid = Grid(box=None, pad_edge=False, header_style="bold")
    grid.add_column(first)
    grid.add_column(second, justify="right" if second == "excluded" else "left")
    grid.add_column("ops", justify="right")
    for share in shares:
        grid.add_column(f"p{share * 100:.0f} [95 % interval]")
    return grid


def _differences(agreement: Agreement, left: str, right: str) -> list[str]:
    found = agreement.differences
    if not found:
        return []
    lines = [f"\nfirst differences of {len(found)}, {left} | {right}:"]
    lines += [f"  {_difference(each, left, right)}" for each in found[:_SHOWN]]
    first_difference = agreement.first_difference
    if first_difference is not None and first_difference.commands > 1:
        lines.append(
            f"they differ first at {first_difference.at:.6f} s, when {first_difference.commands} commands begin or end "
            "at the same instant: each world may order them differently"
        )
    return lines


def _difference(difference: Difference, left: str, right: str) -> str:
    line = difference.line
    where = f"{difference.at:.6f} s  {line.table}: {line.words}"
    if difference.left is None:
        return f"{where}: only in {right}"
    if difference.right is None:
        return f"{where}: only in {left}"
    return f"{where}: " + ", ".join(
        f"{each.field} {_value(each.left)} | {_value(each.right)}" for each in difference.fields
    )


def _value(value: object) -> str:
    return "none" if value is None else str(value)


def _interval(quantile: Quantile) -> str:
    return f"{_duration(quantile.value)} {_bounds(quantile)}"


def _bounds(quantile: Quantile) -> str:
    """`-` for a side that too few values bound."""
    low, high = ("-" if math.isinf(bound) else _duration(bound) for bound in (quantile.low, quantile.high))
    return f"[{low}, {high}]"


def _duration(seconds: float) -> str:
    if math.isinf(seconds):
        return "never"
    return f"{seconds * 1000:.1f} ms" if abs(seconds) < 0.9995 else f"{seconds:.3f} s"
