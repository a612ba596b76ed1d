"""An agreement as one object for scripts. JSON has no infinity: a bound that too few values give is null."""

import math
from typing import Any

from harness.differential.agreement import Agreement, SeriesFigures, TableFigures
from harness.differential.history_line import HistoryLine
from harness.differential.pairing import Difference
from harness.differential.spread import Quantile

__all__ = ["document_of"]

_FORMAT = 1


def document_of(agreement: Agreement, left: str, right: str) -> dict[str, Any]:
    """left, right: the names of the worlds."""
    first_difference = agreement.first_difference
    return {
        "format": _FORMAT,
        "worlds": [left, right],
        "agrees": agreement.holds,
        "rule": "exact" if agreement.bound is None else "within",
        "within": agreement.bound,
        "tables": [_table(figures) for figures in agreement.tables],
        "first_difference": None
        if first_difference is None
        else {"at": first_difference.at, "commands": first_difference.commands},
        "differences": [_difference(each) for each in agreement.differences],
        "series": [_series(figures, agreement.bound) for figures in agreement.series],
        "largest": [
            {"series": shift.series, "op": shift.words, "seconds": _finite(shift.seconds)}
            for shift in agreement.largest
        ],
    }


def _table(figures: TableFigures) -> dict[str, Any]:
    return {
        "table": figures.table,
        "rows": [figures.left, figures.right],
        "paired": figures.paired,
        "unpaired": [figures.only_left, figures.only_right],
        "differing": figures.differing,
        "passing": figures.passing,
    }


def _difference(difference: Difference) -> dict[str, Any]:
    line = difference.line
    return {
        "table": line.table,
        "row": line.words,
        "at": [_at(difference.left), _at(difference.right)],
        "fields": {each.field: [each.left, each.right] for each in difference.fields},
    }


def _at(line: HistoryLine | None) -> float | None:
    """None where that world has no such row."""
    return None if line is None else line.at


def _series(figures: SeriesFigures, bound: float | None) -> dict[str, Any]:
    return {
        "name": figures.name,
        "ops": list(figures.counts),
        "quantiles": [_quantiles(figures.left), _quantiles(figures.right)],
        "overhead": _quantiles(figures.overhead),
        "paired": figures.pairs,
        "excluded": figures.excluded,
        "within": None if bound is None else figures.within(bound),
    }


def _quantiles(quantiles: tuple[Quantile, ...]) -> dict[str, Any]:
    return {
        f"p{each.share * 100:.0f}": {
            "value": _finite(each.value),
            "low": _finite(each.low),
            "high": _finite(each.high),
        }
        for each in quantiles
    }


def _finite(value: float) -> float | None:
    """To nine digits: what a subtraction of instants leaves beyond them is noise."""
    return float(f"{value:.9g}") if math.isfinite(value) else None
