"""V1, promised faults: a verdict means something only if what the scenario calls for did occur: load, and faults."""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import inf

from connector.codes import Code
from connector.sites import Site
from fake_clusters.faults.refused import REFUSED
from harness.checkers.checker import Checker
from harness.checkers.evidence import Evidence
from harness.checkers.unstruck import reasons
from reports.history import Injection
from reports.verdicts import Anomaly

__all__ = ["PROMISED_FAULTS"]


def _find(evidence: Evidence) -> Iterator[Anomaly]:
    """A missing fault is no anomaly of the system: it is a doubt about the run."""
    return iter(())


def _doubts(evidence: Evidence) -> Sequence[str]:
    injections = [row for row in evidence.history.injections if _made_a_difference(row, evidence)]
    struck = Counter(row.label for row in injections)
    struck.update(Counter(row.fault for row in injections if row.fault != row.label))
    struck.update(Counter(row.action for row in evidence.history.nemesis))
    nothing = [] if evidence.history.ops else ["no client asked anything"]
    missed = [
        _told(f"{name} struck {struck[name]} times, the scenario asks for {wanted}", reasons(name, evidence))
        for name, wanted in evidence.bounds.expect.items()
        if struck[name] < wanted
    ]
    return [*nothing, *evidence.bounds.skipped, *missed]


def _made_a_difference(row: Injection, evidence: Evidence) -> bool:
    """Whether a closed port turned anybody away: a cluster cannot see who found it closed, so the clients' view tells.

    Every other fault is logged as it takes effect.
    """
    if row.fault != REFUSED.name or not evidence.history.has_changes:
        return True
    ends = evidence.bounds.closed.get(row.label, inf)
    return any(
        attempt.location == row.cluster
        and attempt.is_command
        and (attempt.code, attempt.site) == (Code.REFUSED, Site.SSH_CONNECT)
        and row.at <= (attempt.ended_at or 0.0) <= ends + evidence.bounds.slack
        for attempt in evidence.history.attempts
    )


def _told(doubt: str, why: str) -> str:
    return f"{doubt}: {why}" if why else doubt


PROMISED_FAULTS = Checker(
    invariant="V1", title="the faults that the scenario promises did occur", find=_find, doubts=_doubts
)
