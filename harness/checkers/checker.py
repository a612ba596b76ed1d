"""What a checker is, and how a set of them is asked: safely, each on its own."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from harness.checkers.evidence import Evidence
from reports.verdicts import Anomaly, Finding, Verdict

__all__ = ["Checker", "Need", "ask", "unjudged"]

SHOWN = 25
"""Anomalies kept per invariant: enough to understand, few enough to read."""


class Need(StrEnum):
    """What a checker cannot do without."""

    EFFECTS = "the clusters' effect logs"
    CHANGES = "the pipeline's log of state changes"
    READINGS = "the final readings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checker:
    """One invariant. find: yields every violation, in linear time.

    needs: without one of these the invariant is not judged. idle: why there is nothing to judge in this run, or None.
    doubts: reasons why the run cannot tell; each turns a clean result into `unknown`. excuse: why the anomalies prove
    nothing against the pipeline, which makes them `unknown` too, or None. remark: what to say where it holds.
    """

    invariant: str
    title: str
    find: Callable[[Evidence], Iterable[Anomaly]]
    needs: frozenset[Need] = frozenset()
    idle: Callable[[Evidence], str | None] = field(default=lambda evidence: None)
    doubts: Callable[[Evidence], Sequence[str]] = field(default=lambda evidence: ())
    excuse: Callable[[Evidence], str | None] = field(default=lambda evidence: None)
    remark: Callable[[Evidence], str] = field(default=lambda evidence: "holds")


def ask(checker: Checker, evidence: Evidence) -> Finding:
    """Ask one checker. A checker that crashes says `unknown`, never `valid` (Jepsen's `check-safe`)."""
    missing = [need for need in sorted(checker.needs) if not _has(evidence, need)]
    if missing:
        return unjudged(checker.invariant, checker.title, f"not judged: this run lacks {', '.join(missing)}")
    try:
        return _judged(checker, evidence)
    except Exception as error:  # noqa: BLE001 - whatever a checker raises, the verdict is `unknown`
        return Finding(
            invariant=checker.invariant,
            title=checker.title,
            verdict=Verdict.UNKNOWN,
            summary=f"the checker itself failed: {type(error).__name__}: {error}",
        )


def unjudged(invariant: str, title: str, reason: str) -> Finding:
    """A finding that says why the invariant was not judged."""
    return Finding(invariant=invariant, title=title, judged=False, summary=reason)


def _judged(checker: Checker, evidence: Evidence) -> Finding:
    reason = checker.idle(evidence)
    if reason is not None:
        return unjudged(checker.invariant, checker.title, f"not judged: {reason}")
    found = iter(checker.find(evidence))
    anomalies = tuple(islice(found, SHOWN))
    more = sum(1 for _ in found)
    if anomalies:
        total, excuse = len(anomalies) + more, checker.excuse(evidence)
        verdict = Verdict.INVALID if excuse is None else Verdict.UNKNOWN
        summary = f"{total} {'anomaly' if total == 1 else 'anomalies'}{'' if excuse is None else f', {excuse}'}"
    else:
        doubts = checker.doubts(evidence)
        verdict, summary = (Verdict.UNKNOWN, "; ".join(doubts)) if doubts else (Verdict.VALID, checker.remark(evidence))
    return Finding(
        invariant=checker.invariant, title=checker.title, verdict=verdict, summary=summary, anomalies=anomalies
    )


def _has(evidence: Evidence, need: Need) -> bool:
    match need:
        case Need.EFFECTS:
            return evidence.history.has_effect_log
        case Need.CHANGES:
            return evidence.history.has_changes
        case Need.READINGS:
            return any(row.round > 0 for row in evidence.history.readings)
