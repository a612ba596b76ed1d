"""Two loads side by side: for each op that both asked, whether its response times differ."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.load.quantile_ratios import QuantileRatio, compare_quantiles
from harness.load.samples import LoadSample
from reports.history import Purpose
from reports.measures import quantile

__all__ = ["OpComparison", "compare_loads"]

_LATE_SHARE = 0.1
"""Of a median response: as much lateness (p99) of a generator may be in a comparison."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpComparison:
    """One op. before, after: how many samples. late: why its figures say nothing of the service, else ""."""

    op: str
    before: int
    after: int
    quantiles: tuple[QuantileRatio, ...]
    late: str = ""

    @property
    def slower(self) -> bool:
        return not self.late and any(each.differs and each.ratio > 1 for each in self.quantiles)


def compare_loads(before: Iterable[LoadSample], after: Iterable[LoadSample]) -> tuple[OpComparison, ...]:
    """Response times, of what the load asked and not of polls; what was dropped or never ended took for ever."""
    first, second = _by_op(before), _by_op(after)
    return tuple(_compared(op, first[op], second[op]) for op in sorted(first.keys() & second.keys()))


def _by_op(samples: Iterable[LoadSample]) -> dict[str, list[LoadSample]]:
    found: dict[str, list[LoadSample]] = defaultdict(list)
    for sample in samples:
        if sample.purpose != Purpose.POLL:
            found[sample.op].append(sample)
    return {op: sorted(rows, key=lambda row: row.intended) for op, rows in found.items()}


def _compared(op: str, before: Sequence[LoadSample], after: Sequence[LoadSample]) -> OpComparison:
    late = next(filter(None, (_lateness(rows, name) for rows, name in ((before, "A"), (after, "B")))), "")
    return OpComparison(
        op=op,
        before=len(before),
        after=len(after),
        quantiles=compare_quantiles(_times(before), _times(after)),
        late=late,
    )


def _times(samples: Sequence[LoadSample]) -> list[float]:
    return [math.inf if sample.response is None else sample.response for sample in samples]


def _lateness(samples: Sequence[LoadSample], name: str) -> str:
    late = quantile([sample.lateness for sample in samples if sample.lateness is not None], 0.99) or 0.0
    median = quantile(_times(samples), 0.5) or 0.0
    if late <= _LATE_SHARE * median:
        return ""
    return f"the generator of {name} was late: p99 {1000 * late:.3g} ms, of a median of {1000 * median:.3g} ms"
