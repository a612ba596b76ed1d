"""Whether the machine had time for the run: the harness measures by how much it is late itself.

A machine that has no time for the harness has none for the service either: what is late then is no finding, but a
doubt.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import inf

from harness.checkers.history_index import HistoryIndex

__all__ = ["is_on_a_real_clock", "lateness", "starvation"]

_LAG = "harness.lag"
_MOST = 0.4
"""The part of a run for which the harness may have been late; what came to no rest in more proves nothing."""


def is_on_a_real_clock(index: HistoryIndex) -> bool:
    """Whether the run was of a world in which whatever is done takes time."""
    return bool(_totals(index)[0])


def lateness(index: HistoryIndex, since: float, until: float) -> float:
    """By how many seconds the harness was late, all in all, between two instants."""
    at, total = _totals(index)
    return total[bisect_right(at, until)] - total[bisect_left(at, since)]


def starvation(index: HistoryIndex) -> str | None:
    """Why what did not come to rest in time proves nothing against the service, or None."""
    at, _ = _totals(index)
    late = lateness(index, 0.0, inf)
    if not at or late <= _MOST * at[-1]:
        return None
    return f"perhaps only because the machine had no time: the harness itself was late by {late:.0f} of {at[-1]:.0f} s"


def _totals(index: HistoryIndex) -> tuple[Sequence[float], Sequence[float]]:
    """The instants of the samples of its lateness, which worlds on a real clock take, and their running total."""
    samples = index.history.samples

    def summed() -> tuple[Sequence[float], Sequence[float]]:
        rows = sorted((row.at, row.value) for row in samples if row.metric == _LAG)
        return [at for at, _ in rows], [0.0, *accumulate(value for _, value in rows)]

    return index.once("starvation.totals", summed)
