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

__all__ = ["SO_FAR", "findings_at_rest", "findings_so_far"]

SO_FAR = frozenset({"S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S11", "S12"})
"""The invariants that an unfinished history can break: the others tell of an end, or need the whole."""
_AT_REST = SO_FAR | {"S10", "L1", "L2", "L3", "N1"}


def findings_so_far(scenario: Scenario, result: RunResult, at: float) -> tuple[Finding, ...]:
    """What is broken already, of a history that goes on. at: the instant up to which it is judged."""
    history = history_until(result.history, at)
    unread = tuple(_unread(number, side, at) for number, side in enumerate(("api", *_clusters(scenario)), start=1))
    return _judged(scenario, result, replace(history, readings=unread), SO_FAR)


def findings_at_rest(scenario: Scenario, result: RunResult) -> tuple[Finding, ...]:
    """What a history says that has come to rest, and whose sides were read."""
    return _judged(scenario, result, result.history, _AT_REST)


def _judged(scenario: Scenario, result: RunResult, history: History, which: frozenset[str]) -> tuple[Finding, ...]:
    checkers = [checker for checker in CHECKERS if checker.invariant in which]
    findings = run_checkers(history, bounds_of(scenario, result), checkers)
    return tuple(sorted(findings, key=lambda row: (row.verdict is not Verdict.INVALID, row.invariant)))


def _clusters(scenario: Scenario) -> Sequence[str]:
    return [cluster.name for cluster in scenario.clusters]


def _unread(number: int, side: str, at: float) -> Reading:
    """Nothing was read while it goes on; the logs alone are judged."""
    return Reading(number=number, at=at, side=side, round=1, ok=False)
