"""What the checkers of a run say of a history that goes on, and of one that has come to rest."""

from collections.abc import Sequence

from connector.values import replace
from harness.checkers.run_checkers import CHECKERS, run_checkers
from harness.journal import bounds_of
from harness.run.result import RunResult
from harness.sandbox.until import history_until
from harness.scenario.scenario import Scenario
from reports.history import History, Reading
from reports.verdicts import Finding, Verdict

__all__ = ["AT_REST", "NEVER", "SO_FAR", "findings_at_rest", "findings_so_far"]

NEVER = frozenset({"V1", "V3"})
"""What a sandbox promises nothing of: faults that must strike, and a calm stretch before the first."""
AT_REST = frozenset(checker.invariant for checker in CHECKERS) - NEVER
SO_FAR = AT_REST - {"S10", "L1", "L2", "L3", "N1"}
"""The invariants that an unfinished history can break: the others tell of an end."""


def findings_so_far(scenario: Scenario, result: RunResult, at: float) -> tuple[Finding, ...]:
    """What is broken already, of a history that goes on. at: the instant up to which it is judged."""
    history = history_until(result.history, at)
    unread = tuple(_unread(number, side, at) for number, side in enumerate(("api", *_clusters(scenario)), start=1))
    return _judged(scenario, result, replace(history, readings=unread), SO_FAR)


def findings_at_rest(scenario: Scenario, result: RunResult) -> tuple[Finding, ...]:
    """What a history says that has come to rest, and whose sides were read."""
    return _judged(scenario, result, result.history, AT_REST)


def _judged(scenario: Scenario, result: RunResult, history: History, which: frozenset[str]) -> tuple[Finding, ...]:
    checkers = [checker for checker in CHECKERS if checker.invariant in which]
    findings = run_checkers(history, bounds_of(scenario, result), checkers)
    return tuple(sorted(findings, key=lambda row: (row.verdict is not Verdict.INVALID, row.invariant)))


def _clusters(scenario: Scenario) -> Sequence[str]:
    return [cluster.name for cluster in scenario.clusters]


def _unread(number: int, side: str, at: float) -> Reading:
    """Nothing was read while it goes on; the logs alone are judged."""
    return Reading(number=number, at=at, side=side, round=1, ok=False)
