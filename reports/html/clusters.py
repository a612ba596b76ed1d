"""The clusters of a run as a list, the worst first: figures of each, for a table that one can search and sort."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.journal import ClusterNote, Journal
from reports.measures import Measures, ShareOutcome, quantile

__all__ = ["ClusterRow", "cluster_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRow:
    """One cluster. p50, p99: seconds from the due arrival to active, None for none. timeouts
    None: not known. note None: only ops name it."""

    name: str
    note: ClusterNote | None
    share_outcomes: Mapping[ShareOutcome, int]
    p50: float | None
    p99: float | None
    timeouts: int | None
    injections: int
    anomalies: int
    counters: tuple[tuple[str, int], ...] = field(default=())

    @property
    def shares(self) -> int:
        return sum(self.share_outcomes.values())


def cluster_rows(journal: Journal, measures: Measures) -> list[ClusterRow]:
    """Those with anomalies first, then by shares that are open or failed, then by how slow they were."""
    share_outcomes, actives = measures.share_outcomes(), measures.active_latencies()
    notes = {note.name: note for note in journal.clusters}
    timeouts = Counter(row.location for row in journal.history.timeouts)
    injections = Counter(row.cluster for row in journal.history.injections)
    anomalies = Counter(row.location for finding in journal.findings for row in finding.anomalies)
    rows = [
        ClusterRow(
            name=name,
            note=notes.get(name),
            share_outcomes=share_outcomes.get(name, {}),
            p50=quantile([value for _, value in actives.get(name, ())], 0.5),
            p99=quantile([value for _, value in actives.get(name, ())], 0.99),
            timeouts=timeouts[name] if timeouts[name] or journal.history.has_commands else None,
            injections=injections[name],
            anomalies=anomalies[name],
            counters=tuple((key, value) for key, value in notes[name].counters.items() if value)
            if name in notes
            else (),
        )
        for name in sorted({*notes, *share_outcomes})
    ]
    return sorted(rows, key=_gravity)


def _gravity(row: ClusterRow) -> tuple[float, ...]:
    return (
        -row.anomalies,
        -row.share_outcomes.get(ShareOutcome.OPEN, 0),
        -row.share_outcomes.get(ShareOutcome.FAILED, 0),
        -(row.p99 or 0.0),
    )
