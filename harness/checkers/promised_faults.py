"""V1, promised faults: a verdict means something only if what the scenario calls for did occur: load, and faults."""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import inf

from connector.codes import Code
from connector.sites import Site
from fake_clusters.faults.refused import REFUSED
from harness.checkers.checker import Checker
from harness.checkers.history_index import HistoryIndex
from harness.checkers.kept_pace import lost_pace
from harness.checkers.missing_faults import reasons
from reports.history import Injection
from reports.sentences import count_of
from reports.verdicts import Anomaly

__all__ = ["PROMISED_FAULTS"]


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    """A missing fault is no anomaly of the system: it is a doubt about the run."""
    return iter(())


def _doubts(index: HistoryIndex) -> Sequence[str]:
    injections = [row for row in index.history.injections if _made_a_difference(row, index)]
    struck = Counter(row.label for row in injections)
    struck.update(Counter(row.fault for row in injections if row.fault != row.label))
    struck.update(Counter(row.action for row in index.history.nemesis))
    nothing = [] if index.history.ops else ["no client asked anything"]
    missed = [
        _told(f"{name} struck {count_of(struck[name], 'time')}, the scenario asks for {wanted}", reasons(name, index))
        for name, wanted in index.bounds.expect.items()
        if struck[name] < wanted
    ]
    return [*nothing, *lost_pace(index), *index.bounds.skipped, *missed]


def _made_a_difference(row: Injection, index: HistoryIndex) -> bool:
    """Whether a closed port turned anybody away: a cluster cannot see who found it closed, so the clients' view tells.

    Every other fault is logged as it takes effect.
    """
    if row.fault != REFUSED.name or not index.history.has_commands:
        return True
    ends = index.bounds.closed.get(row.label, inf)
    return any(
        attempt.location == row.cluster
        and attempt.is_command
        and (attempt.code, attempt.site) == (Code.REFUSED, Site.SSH_CONNECT)
        and attempt.ended_at is not None
        and row.at <= attempt.ended_at <= ends + index.bounds.slack
        for attempt in index.history.attempts
    )


def _told(doubt: str, why: str) -> str:
    return f"{doubt}: {why}" if why else doubt


PROMISED_FAULTS = Checker(
    invariant="V1", title="the faults that the scenario promises did occur", find=_find, doubts=_doubts
)
