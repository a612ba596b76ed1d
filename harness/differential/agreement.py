"""Two histories of one scenario and seed: where they differ, by how much, and whether they agree."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from harness.differential.history_line import HistoryLine, HistoryTable, LineKey
from harness.differential.history_lines import lines_of
from harness.differential.pairing import Difference, Pairing, Strictness, differences_of, pair
from harness.differential.series import SERIES, LatencyValues, series_of
from harness.differential.spread import Quantile, quantile_of
from reports.history import History, Hop

__all__ = [
    "OVERHEAD",
    "QUANTILES",
    "Agreement",
    "FirstDifference",
    "LatencyShift",
    "SeriesFigures",
    "TableFigures",
    "agreement",
]

QUANTILES = (0.50, 0.90, 0.99)
OVERHEAD = (0.01, 0.50, 0.99)
_LARGEST = 5

ShareKey = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFigures:
    """Rows of one table. differing: pairs of which a field differs. passing: of all differences, those of polls."""

    table: HistoryTable
    left: int
    right: int
    paired: int
    differing: int
    passing: int

    @property
    def only_left(self) -> int:
        return self.left - self.paired

    @property
    def only_right(self) -> int:
        return self.right - self.paired


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyShift:
    """By how much one op took longer on the right. words: names the op."""

    series: str
    words: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesFigures:
    """One latency. left, right: `QUANTILES` of each world; overhead: `OVERHEAD` of right minus left, op by op.

    excluded: ops in both histories but not in the overhead, since their shares differ otherwise or never ended.
    """

    name: str
    left: tuple[Quantile, ...]
    right: tuple[Quantile, ...]
    overhead: tuple[Quantile, ...]
    counts: tuple[int, int]
    pairs: int
    excluded: int

    def within(self, bound: float) -> bool:
        """Whether the interval of the median comes within `bound` of none, and p99 is not above it.

        So a handful of ops cannot be too fast. One op may be: where a processor looks around at other instants, some
        looks come early.
        """
        if not self.overhead:
            return True
        _, median, most = self.overhead
        return median.low <= bound and median.high >= -bound and most.value <= bound


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstDifference:
    """From when on two histories differ. at: seconds. commands: how many begin or end at this very instant, in the one
    where there are more: their order within it is each world's own, and two or more may be the reason."""

    at: float
    commands: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """bound: seconds of overhead that are allowed on the right; None: all must be equal to the last bit.

    differences: in the order of their instants, without those of polls if there is a bound. first_difference: None if
    there are none. largest: the ops whose latency differs most.
    """

    bound: float | None
    tables: tuple[TableFigures, ...]
    differences: tuple[Difference, ...]
    first_difference: FirstDifference | None
    series: tuple[SeriesFigures, ...]
    largest: tuple[LatencyShift, ...]

    @property
    def compared(self) -> bool:
        """Whether there was any op to compare."""
        return any(figures.table is HistoryTable.OPS and figures.paired for figures in self.tables)

    @property
    def holds(self) -> bool:
        """Whether the worlds agree. Where nothing was compared they do not."""
        return self.compared and not self.differences and not self.too_far

    @property
    def too_far(self) -> tuple[SeriesFigures, ...]:
        """The latencies whose overhead is beyond the bound."""
        bound = self.bound
        return () if bound is None else tuple(figures for figures in self.series if not figures.within(bound))


def agreement(left: History, right: History, *, bound: float | None = None) -> Agreement:
    """Lay two histories side by side. bound: as in `Agreement`."""
    strictness = Strictness.EXACT if bound is None else Strictness.OUTCOME
    ours, theirs = lines_of(left), lines_of(right)
    pairings = [pair(table, ours[table], theirs[table]) for table in HistoryTable]
    found = [tuple(differences_of(pairing, strictness)) for pairing in pairings]
    kept = [each for each in chain.from_iterable(found) if bound is None or not each.line.passing]
    kept.sort(key=lambda difference: difference.at)
    comparing = _Series(left=series_of(left), right=series_of(right), ops=ours[HistoryTable.OPS], apart=_shares(kept))
    return Agreement(
        bound=bound,
        tables=tuple(map(_figures, pairings, found)),
        differences=tuple(kept),
        first_difference=_first_difference(kept, ours[HistoryTable.ATTEMPTS], theirs[HistoryTable.ATTEMPTS]),
        series=tuple(figures for name in SERIES if (figures := comparing.figures(name)) is not None),
        largest=comparing.largest(),
    )


def _first_difference(differences: Sequence[Difference], *attempts: Sequence[HistoryLine]) -> FirstDifference | None:
    at = min((difference.differs_at for difference in differences), default=None)
    if at is None:
        return None
    return FirstDifference(at=at, commands=max(sum(_begins_or_ends(line, at) for line in side) for side in attempts))


def _begins_or_ends(line: HistoryLine, at: float) -> bool:
    """Whether a command does so at an instant; a client's try is no command."""
    return line.key[0] is not Hop.CLIENT and at in (line.instants["began"], line.instants["ended"])


def _figures(pairing: Pairing, differences: Sequence[Difference]) -> TableFigures:
    paired = len(pairing.pairs)
    return TableFigures(
        table=pairing.table,
        left=paired + len(pairing.only_left),
        right=paired + len(pairing.only_right),
        paired=paired,
        differing=sum(bool(difference.fields) for difference in differences),
        passing=sum(difference.line.passing for difference in differences),
    )


def _shares(differences: Iterable[Difference]) -> frozenset[ShareKey]:
    """Whom the differences concern: what is no time there is no overhead either."""
    sides = chain.from_iterable((each.left, each.right) for each in differences if not _is_time(each))
    return frozenset(line.share for line in sides if line is not None)


def _is_time(difference: Difference) -> bool:
    """Whether the two differ in instants and nothing else."""
    left = difference.left
    return (
        bool(difference.fields) and left is not None and all(each.field in left.instants for each in difference.fields)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Series:
    """left, right: by name. ops: of the left. apart: shares that met different things."""

    left: Mapping[str, LatencyValues]
    right: Mapping[str, LatencyValues]
    ops: Sequence[HistoryLine]
    apart: frozenset[ShareKey]

    def figures(self, name: str) -> SeriesFigures | None:
        """None where neither world has such an op."""
        left, right = self.left[name], self.right[name]
        if not left and not right:
            return None
        shifts = sorted(self._shifts(name).values())
        return SeriesFigures(
            name=name,
            left=_quantiles(left.values(), QUANTILES),
            right=_quantiles(right.values(), QUANTILES),
            overhead=_quantiles(shifts, OVERHEAD),
            counts=(len(left), len(right)),
            pairs=len(shifts),
            excluded=len(left.keys() & right.keys()) - len(shifts),
        )

    def largest(self) -> tuple[LatencyShift, ...]:
        words = {line.key: line.words for line in self.ops}
        shifts = [
            LatencyShift(series=name, words=words[key], seconds=seconds)
            for name in SERIES
            for key, seconds in self._shifts(name).items()
            if seconds
        ]
        return tuple(sorted(shifts, key=lambda shift: -abs(shift.seconds))[:_LARGEST])

    def _shifts(self, name: str) -> Mapping[LineKey, float]:
        left, right = self.left[name], self.right[name]
        alike = (line.key for line in self.ops if line.share not in self.apart)
        both = (
            key for key in alike if math.isfinite(left.get(key, math.inf)) and math.isfinite(right.get(key, math.inf))
        )
        return {key: right[key] - left[key] for key in both}


def _quantiles(values: Iterable[float], shares: Iterable[float]) -> tuple[Quantile, ...]:
    ordered = sorted(values)
    return tuple(quantile_of(ordered, share) for share in shares) if ordered else ()
