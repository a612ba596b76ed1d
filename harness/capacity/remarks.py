"""What a reader must know beside an interval: what the gates and the trials cannot show."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import ceil

from harness.capacity.search_options import SearchOptions
from harness.run.offered import poll_remarks
from harness.scenario.scenario import Percentile, Scenario
from reports.capacity import CapacityCase

__all__ = ["remarks_of"]

_BEYOND = 10
"""So many arrivals beyond a percentile make it a figure rather than an anecdote."""


def remarks_of(scenario: Scenario, options: SearchOptions, cases: Sequence[CapacityCase]) -> Iterator[str]:
    """Remarks on the search as a whole."""
    if not any(gate.metric in {"errors", "unclear"} for gate in scenario.gates):
        yield (
            "no gate is on errors, so a rate at which creates fail fast may count as held; add 'ratio(errors) <= 1%'"
        )
    yield from (remark.reason for remark in poll_remarks(scenario))
    slowest = min((case.whole.lower for case in cases if case.whole.lower is not None), default=None)
    beyond = [(gate, _needed(gate.statistic)) for gate in scenario.gates if isinstance(gate.statistic, Percentile)]
    if slowest is None or not beyond:
        return
    gate, needed = max(beyond, key=lambda row: row[1])
    if slowest * options.seconds < needed:
        yield (
            f"a trial has about {slowest * options.seconds:.0f} arrivals, few for `{gate.expression}`; "
            f"--trial {ceil(needed / slowest)}s would have {needed}"
        )


def _needed(percentile: Percentile) -> int:
    """Arrivals of which so many lie beyond the percentile."""
    return ceil(_BEYOND * 100 / max(100 - percentile.percent, Decimal("0.01")))
