"""Whether two runs have different latencies: each quantile's ratio, with an interval that holds for correlated values.

Waiting times that follow each other are alike, so intervals for independent values are far too narrow. By sectioning
(Asmussen and Glynn, "Stochastic Simulation", 2007, III.5; Nakayama, "Confidence intervals for quantiles using
sectioning when applying variance-reduction techniques", 2014) each run is cut into batches in the order of time, long
enough to be nearly independent; the spread of their quantiles about that of the whole run gives its error, and
Student's t, with Welch's degrees of freedom, an interval of the difference. Differences are those of logarithms: what
grows is a factor. Of several quantiles one would often differ by chance: Holm's procedure ("A simple sequentially
rejective multiple test procedure", 1979) keeps the chance that any is called different by mistake at five in a
hundred.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from connector.values import replace
from harness.confidence import student_t
from reports.measures import ordered_quantile

__all__ = ["ASKED", "QUANTILES", "QuantileRatio", "compare_quantiles"]

ASKED = 1.1
"""The rise, as a factor, of which `needed` says how many values find it."""

QUANTILES = (0.5, 0.75, 0.9, 0.95, 0.99, 0.999)
_BATCHES = 10
"""Of waiting times in queues, ten batches keep the promise of five in a hundred from four thousand values on; twenty of
the same values are alike too often."""
_RISK = 0.05
_BEYOND = 2
"""Values of a batch beyond a quantile: with fewer, the quantile of a batch is its maximum."""
_LEAST = 1e-9
"""Seconds; what took no time at all has a logarithm too."""
_NEARLY_ALWAYS = 1.645
"""The normal distribution's quantile at 95 %: a difference so many errors beyond its bound is found nearly always."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantileRatio:
    """One quantile. before, after: seconds. low, high: the 95 % interval of after / before.

    differs: whether it is called different; of all quantiles of a comparison, one is by mistake in at most five of a
    hundred comparisons. smallest: the smallest rise, as a factor, that is found nearly always. needed: values that each
    run needs, about, for a rise of ten per cent to be found nearly always: errors shrink with the root of the number.
    """

    quantile: float
    before: float
    after: float
    low: float
    high: float
    differs: bool
    smallest: float
    needed: int

    @property
    def ratio(self) -> float:
        return math.exp(_log(self.after) - _log(self.before))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Difference:
    """Of logarithms: the error of the difference, and its degrees of freedom."""

    quantile: float
    before: float
    after: float
    error: float
    freedom: int

    @property
    def size(self) -> float:
        return _log(self.after) - _log(self.before)

    @property
    def errors(self) -> float:
        """How many errors it is away from none."""
        return abs(self.size) / self.error if self.error else math.inf if self.size else 0.0


def compare_quantiles(
    before: Sequence[float], after: Sequence[float], quantiles: Sequence[float] = QUANTILES
) -> tuple[QuantileRatio, ...]:
    """The quantiles for which both have enough values. Values are seconds, in the order of time; infinite ones never
    ended, and a quantile that rests on them is left out."""
    found = list(_differences(before, after, quantiles))
    longest = max(len(before), len(after))
    ratios = {each.quantile: _ratio(each, len(found), longest) for each in found}
    for place, each in enumerate(sorted(found, key=lambda one: -_significance(one))):
        if each.errors <= _bound(each, _RISK / (len(found) - place)):
            break
        ratios[each.quantile] = replace(ratios[each.quantile], differs=True)
    return tuple(ratios.values())


def _differences(before: Sequence[float], after: Sequence[float], quantiles: Sequence[float]) -> Iterator[_Difference]:
    fewest = min(len(before), len(after)) / _BATCHES
    known = [each for each in quantiles if fewest * min(1 - each, each) >= _BEYOND]
    runs = (_sections(before), _sections(after)) if known else ()
    for each in known:
        (first, first_variance), (second, second_variance) = (_measured(run, each) for run in runs)
        variance = first_variance + second_variance
        if not math.isfinite(variance + first + second):
            continue
        parts = first_variance**2 + second_variance**2
        freedom = (_BATCHES - 1) * variance**2 / parts if parts else _BATCHES - 1.0
        yield _Difference(
            quantile=each, before=first, after=second, error=math.sqrt(variance), freedom=math.floor(freedom)
        )


def _sections(values: Sequence[float]) -> tuple[list[float], ...]:
    """The whole of a run, then its batches, each in ascending order."""
    edges = [len(values) * number // _BATCHES for number in range(_BATCHES + 1)]
    return sorted(values), *(sorted(values[begins:ends]) for begins, ends in pairwise(edges))


def _measured(run: Sequence[Sequence[float]], share: float) -> tuple[float, float]:
    """A quantile, and the variance of its logarithm, by sectioning."""
    whole, *parts = (ordered_quantile(values, share) for values in run)
    spread = math.fsum((_log(part) - _log(whole)) ** 2 for part in parts)
    return whole, spread / (_BATCHES - 1) / _BATCHES


def _log(seconds: float) -> float:
    return math.log(max(seconds, _LEAST))


def _bound(difference: _Difference, risk: float) -> float:
    """So many errors that a difference by chance is larger with this risk, to either side."""
    return student_t(1 - risk / 2, difference.freedom)


def _significance(difference: _Difference) -> float:
    """Larger for what is less likely by chance, whatever its degrees of freedom."""
    return difference.errors / _bound(difference, _RISK)


def _ratio(difference: _Difference, compared: int, values: int) -> QuantileRatio:
    """values: of the longer run."""
    half = _bound(difference, _RISK) * difference.error
    found = (_bound(difference, _RISK / compared) + _NEARLY_ALWAYS) * difference.error
    return QuantileRatio(
        quantile=difference.quantile,
        before=difference.before,
        after=difference.after,
        low=math.exp(difference.size - half),
        high=math.exp(difference.size + half),
        differs=False,
        smallest=math.exp(found),
        needed=math.ceil(values * (found / math.log(ASKED)) ** 2),
    )
