"""Asks that do not back off: by themselves no anomaly of a share, together what holds a busy cluster down.

Whatever a pipeline asks a cluster in vain, be it a command or a look, must rest longer each time, up to the longest
backoff. A claim of a record is one ask, however many commands it takes. Judged are the asks of one record between two
changes of its state, and of all records of a cluster together, so that neither a single loop nor many slow ones hide.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, inf, log2, sqrt

from harness.checkers.history_index import HistoryIndex
from harness.checkers.witness import anomaly, of_attempt
from reports.history import Attempt
from reports.verdicts import Anomaly

__all__ = ["storms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _PollLoop:
    """Asks for one record in one state. claims: how often it was taken up. due: how often a backoff lets it be."""

    rows: Sequence[Attempt]
    claims: int
    due: float

    @property
    def seconds(self) -> float:
        return self.rows[-1].began_at - self.rows[0].began_at


def storms(index: HistoryIndex) -> Iterator[Anomaly]:
    """Every cluster that is asked more often than any backoff would."""
    by_cluster: dict[str, list[_PollLoop]] = defaultdict(list)
    for vigil in _poll_loops(index):
        by_cluster[vigil.rows[0].location].append(vigil)
    for cluster, vigils in by_cluster.items():
        worst = max(vigils, key=lambda vigil: vigil.claims - _most(vigil.due))
        claims = sum(vigil.claims for vigil in vigils)
        due = sum(vigil.due for vigil in vigils)
        if worst.claims > _most(worst.due) or claims > _most(due):
            share = worst.rows[0]
            message = (
                f"asks do not back off: {cluster} was asked {claims} times for {len(vigils)} shares, a backoff would"
                f" come to about {due:.0f}; most often {worst.claims} times in {worst.seconds:.0f} s"
            )
            yield anomaly("L4", cluster, share.name, message, *map(of_attempt, worst.rows[-3:]))


def _most(due: float) -> float:
    """What chance and the waits of other causes (fences, lost leases) may add to what is due."""
    return 1.25 * due + 4 * sqrt(due) + 4


def _poll_loops(index: HistoryIndex) -> Iterator[_PollLoop]:
    """All that are longer than a backoff takes to grow to its longest: shorter ones show nothing."""
    if index.bounds.backoff is None:
        return
    first, longest = index.bounds.backoff
    growing = 1 + max(0, ceil(log2(longest / first)))
    for share, attempts in index.attempts_by_share.items():
        if len(attempts) <= growing:
            continue
        rows = sorted((row for row in attempts if row.is_command), key=lambda row: row.began_at)
        timeline = index.timelines.get(share)
        bounds = (-inf, *(change.at for change in (timeline.changes if timeline else ())), inf)
        for begins, ends in pairwise(bounds):
            meanwhile = [row for row in rows if begins <= row.began_at < ends]
            claims = len({row.number if row.fence is None else -1 - row.fence for row in meanwhile})
            if claims > growing:
                span = meanwhile[-1].began_at - meanwhile[0].began_at
                yield _PollLoop(rows=meanwhile, claims=claims, due=growing + 2 * span / longest)
