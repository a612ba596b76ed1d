"""The anomalies of a run by the invariant that they violate: the first in full, the others folded and capped."""

from dataclasses import dataclass

from connector.values import replace
from reports.invariants import PROMISES
from reports.journal import Journal
from reports.sentences import count_of
from reports.verdicts import Anomaly, Finding, Verdict

__all__ = ["Group", "ShownAnomaly", "UnknownReason", "anomaly_groups", "unknown_reasons"]

WITNESSES = 40
"""Witnesses shown of one anomaly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAnomaly:
    """One anomaly. left_out: witnesses that are not among those shown."""

    anomaly: Anomaly
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One invariant with anomalies. verdict: unknown where they prove nothing against the pipeline. total: in words,
    with what the journal does not hold.
    """

    verdict: Verdict
    invariant: str
    title: str
    sentence: str
    total: str
    first: ShownAnomaly
    others: tuple[ShownAnomaly, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownReason:
    """One invariant that the run cannot tell of, and why."""

    invariant: str
    title: str
    summary: str


def anomaly_groups(journal: Journal) -> list[Group]:
    """In the order of the findings."""
    return [_group(finding) for finding in journal.findings if finding.anomalies]


def unknown_reasons(journal: Journal) -> list[UnknownReason]:
    """What makes a run unknown."""
    return [
        UnknownReason(invariant=finding.invariant, title=finding.title, summary=finding.summary)
        for finding in journal.findings
        if finding.judged and finding.verdict is Verdict.UNKNOWN
    ]


def _group(finding: Finding) -> Group:
    first, *others = map(_shown_anomaly, finding.anomalies)
    promise = PROMISES.get(finding.invariant)
    return Group(
        verdict=finding.verdict,
        invariant=finding.invariant,
        title=finding.title,
        sentence=promise.sentence if promise else "",
        total=_total(finding),
        first=first,
        others=tuple(others),
    )


def _total(finding: Finding) -> str:
    """A finding keeps only so many anomalies, and says in words how many there were."""
    kept = count_of(len(finding.anomalies), "anomaly", "anomalies")
    if finding.summary.startswith(f"{len(finding.anomalies)} "):
        return kept if finding.verdict is Verdict.INVALID else finding.summary
    return f"{finding.summary}, of which the journal holds {len(finding.anomalies)}"


def _shown_anomaly(anomaly: Anomaly) -> ShownAnomaly:
    shown = replace(anomaly, witnesses=anomaly.witnesses[:WITNESSES])
    return ShownAnomaly(anomaly=shown, left_out=len(anomaly.witnesses) - len(shown.witnesses))
