"""What a checker is, and how a set of them is asked: safely, each on its own."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from connector.values import replace
from harness.checkers.history_index import HistoryIndex
from reports.allowances import LogDetail
from reports.verdicts import Anomaly, Finding, Verdict

__all__ = ["Checker", "Need", "has", "not_checked", "run_safely"]

SHOWN = 25
"""Anomalies kept per invariant: enough to understand, few enough to read."""


class Need(StrEnum):
    """What a checker judges from, beside what the clients saw; a run may be without it."""

    CHANGE_LOG = "change log"
    COMMAND_LOG = "command log"
    EFFECT_LOG = "effect log"
    NOTICES = "notices"
    READINGS = "final readings"
    WRITERS = "writer in the change log"
    REASONS = "reason in the change log"
    OWNERS = "record ids in the effect log"


_DETAILS = {Need.WRITERS: LogDetail.WRITER, Need.REASONS: LogDetail.REASON, Need.OWNERS: LogDetail.OWNER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checker:
    """One invariant. find: yields every violation, in linear time.

    needs: without one of these the invariant is not judged. helped_by: without one of these it is judged in a weaker
    form, which sees less and accuses nobody wrongly. idle: why there is nothing to judge in this run, or None.
    doubts: reasons why the run cannot tell; each turns a clean result into `unknown`. excuse: why the anomalies prove
    nothing against the pipeline, which makes them `unknown` too, or None. remark: what to say where it holds.
    """

    invariant: str
    title: str
    find: Callable[[HistoryIndex], Iterable[Anomaly]]
    needs: frozenset[Need] = frozenset()
    helped_by: frozenset[Need] = frozenset()
    idle: Callable[[HistoryIndex], str | None] = field(default=lambda index: None)
    doubts: Callable[[HistoryIndex], Sequence[str]] = field(default=lambda index: ())
    excuse: Callable[[HistoryIndex], str | None] = field(default=lambda index: None)
    remark: Callable[[HistoryIndex], str] = field(default=lambda index: "holds")


def run_safely(checker: Checker, index: HistoryIndex) -> Finding:
    """Spoken one checker. A checker that crashes says `unknown`, never `valid` (Jepsen's `check-safe`)."""
    missing = [need for need in Need if need in checker.needs and not has(index, need)]
    if missing:
        return not_checked(checker.invariant, checker.title, f"not judged: {_no(missing)}", lacks=missing)
    lacks = [need for need in Need if need in checker.helped_by and not has(index, need)]
    allowed = index.bounds.allowances.of(checker.invariant)
    try:
        finding = _judged(checker, index)
    except Exception as error:  # noqa: BLE001 - whatever a checker raises, the verdict is `unknown`
        return Finding(
            invariant=checker.invariant,
            title=checker.title,
            verdict=Verdict.UNKNOWN,
            summary=f"the checker itself failed: {type(error).__name__}: {error}",
        )
    if not finding.judged:  # there was nothing to judge: it lacks only what it names
        return replace(finding, lacks=tuple(str(need) for need in lacks if need in finding.summary))
    if not (lacks or allowed):
        return finding
    form = "; ".join(filter(None, [f"weaker form: {_no(lacks)}" if lacks else "", allowed and f"allowed: {allowed}"]))
    return replace(finding, summary=f"{finding.summary} ({form})", lacks=tuple(map(str, lacks)))


def not_checked(invariant: str, title: str, reason: str, *, lacks: Sequence[Need] = ()) -> Finding:
    """A finding that says why the invariant was not judged. lacks: what it would have been judged from."""
    return Finding(invariant=invariant, title=title, judged=False, summary=reason, lacks=tuple(map(str, lacks)))


def has(index: HistoryIndex, need: Need) -> bool:
    """Whether the run has it."""
    match need:
        case Need.EFFECT_LOG:
            return index.history.has_effect_log
        case Need.CHANGE_LOG:
            return index.history.has_changes
        case Need.COMMAND_LOG:
            return index.history.has_commands
        case Need.NOTICES:
            return index.history.has_notices
        case Need.READINGS:
            return any(row.round > 0 for row in index.history.readings)
        case Need.WRITERS | Need.REASONS | Need.OWNERS:  # of a log that is not there, nothing more is missing
            return not index.history.has_changes or index.logs(_DETAILS[need])


def _no(needs: Sequence[Need]) -> str:
    return " and ".join(f"no {need}" for need in needs)


def _judged(checker: Checker, index: HistoryIndex) -> Finding:
    reason = checker.idle(index)
    if reason is not None:
        return not_checked(checker.invariant, checker.title, f"not judged: {reason}")
    found = iter(checker.find(index))
    anomalies = tuple(islice(found, SHOWN))
    more = sum(1 for _ in found)
    if anomalies:
        total, excuse = len(anomalies) + more, checker.excuse(index)
        verdict = Verdict.INVALID if excuse is None else Verdict.UNKNOWN
        summary = f"{total} {'anomaly' if total == 1 else 'anomalies'}{'' if excuse is None else f', {excuse}'}"
    else:
        doubts = checker.doubts(index)
        verdict, summary = (Verdict.UNKNOWN, "; ".join(doubts)) if doubts else (Verdict.VALID, checker.remark(index))
    return Finding(
        invariant=checker.invariant, title=checker.title, verdict=verdict, summary=summary, anomalies=anomalies
    )
