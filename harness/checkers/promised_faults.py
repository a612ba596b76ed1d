"""V1, promised faults: a verdict means something only if what the scenario calls for did occur: load, and faults."""

from collections import Counter
from collections.abc import Iterator, Sequence

from harness.checkers.checker import Checker
from harness.checkers.evidence import Evidence
from harness.checkers.unstruck import reasons
from reports.verdicts import Anomaly

__all__ = ["PROMISED_FAULTS"]


def _find(evidence: Evidence) -> Iterator[Anomaly]:
    """A missing fault is no anomaly of the system: it is a doubt about the run."""
    return iter(())


def _doubts(evidence: Evidence) -> Sequence[str]:
    struck = Counter(row.label for row in evidence.history.injections)
    struck.update(Counter(row.fault for row in evidence.history.injections if row.fault != row.label))
    struck.update(Counter(row.action for row in evidence.history.nemesis))
    nothing = [] if evidence.history.ops else ["no client asked anything"]
    return nothing + [
        _told(f"{name} struck {struck[name]} times, the scenario asks for {wanted}", reasons(name, evidence))
        for name, wanted in evidence.bounds.expect.items()
        if struck[name] < wanted
    ]


def _told(doubt: str, why: str) -> str:
    return f"{doubt}: {why}" if why else doubt


PROMISED_FAULTS = Checker(
    invariant="V1", title="the faults that the scenario promises did occur", find=_find, doubts=_doubts
)
