"""Journals whose pages are hard to get right: many anomalies, many clusters, many of everything."""

from connector.chance import Chance
from connector.values import replace
from reports.journal import ClusterNote, Journal, Planned, SpanKind
from reports.verdicts import Finding, Verdict
from tests.reports.sample import journal

__all__ = ["crowded", "ninety_anomalies"]

PLANNED = (
    Planned(kind=SpanKind.FAULT, name="lost replies", what="reply_lost", where="north", begins=40, ends=60, expected=3),
    Planned(kind=SpanKind.FAULT, name="hang", what="hang", where="all clusters", how="on create", expected=2),
    Planned(kind=SpanKind.NEMESIS, name="kill processor", what="kill", where="processor", begins=48, ends=49),
)


def ninety_anomalies() -> Journal:
    """Of two invariants, of which one found more than it keeps."""
    base = journal()
    (found, other) = base.findings
    (first,) = found.anomalies
    many = tuple(
        replace(first, name=f"share-{index:04d}", message=first.message.replace("0007", f"{index:04d}"))
        for index in range(25)
    )
    orphans = tuple(
        replace(each, invariant="L2", message=f"north/{each.name}: is on the cluster and has no record")
        for each in many[:20]
    )
    findings = (
        replace(found, summary="70 anomalies", anomalies=many),
        other,
        Finding(
            invariant="L2",
            title="the clusters hold the active records and nothing else",
            verdict=Verdict.INVALID,
            summary="20 anomalies",
            anomalies=orphans,
        ),
        Finding(invariant="V1", title="promised", verdict=Verdict.UNKNOWN, summary="hang struck 0 times"),
    )
    return replace(base, findings=findings, planned=PLANNED, design="spool", world="virtual")


def crowded(clusters: int = 300, shares: int = 6_000) -> Journal:
    """A run over so many clusters, without an anomaly."""
    base = journal(shares=shares)
    chance = Chance(3, "crowded")
    places = [f"cluster-{index:04d}" for index in range(clusters)]
    # Skewed, so that some are busy and some hardly asked.
    place = {f"id-{index}": places[int(clusters * chance.u01(index, 0) ** 2)] for index in range(shares)}
    named = {op.name: place[op.share] for op in base.history.ops if op.share is not None}
    history = replace(
        base.history,
        ops=tuple(replace(op, location=place[op.share or ""]) for op in base.history.ops),
        changes=tuple(replace(row, location=place[row.share]) for row in base.history.changes),
        attempts=tuple(replace(row, location=place[row.share or ""]) for row in base.history.attempts),
        effects=tuple(replace(row, cluster=named[row.name]) for row in base.history.effects),
    )
    notes = tuple(
        ClusterNote(name=name, dialect="native", profile="quick", counters={"commands": 12, "connections": 3})
        for name in places
    )
    return replace(
        base,
        title="Many clusters at once",
        history=history,
        clusters=notes,
        findings=base.findings[1:],
        verdict=Verdict.VALID,
        design="spool",
        world="model",
    )
