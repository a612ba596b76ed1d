"""What a search for capacity says to a script: the exit code, and why it is not 0."""

from collections.abc import Iterator

from harness.capacity.regression import dropped
from harness.cli.exits import Exit, worst_exit
from reports.capacity import CapacityCase, CapacityReport

__all__ = ["exit_of"]

Reason = tuple[Exit, str]


def exit_of(
    report: CapacityReport, *, cases: int, at_least: float | None = None, earlier: CapacityReport | None = None
) -> tuple[Exit, list[str]]:
    """cases: how many were to be searched. at_least: arrivals per second. earlier: a result to compare with."""
    if report.interrupted:
        return Exit.INTERRUPTED, []
    reasons = [reason for case in report.cases for reason in _of_case(case, at_least)]
    if len(report.cases) < cases:
        reasons.append((Exit.UNKNOWN, "not every case was searched"))
    if earlier is not None:
        reasons += [(Exit.GATE_FAILED, words) for words in dropped(earlier, report)]
    return worst_exit(code for code, _ in reasons), [words for _, words in reasons]


def _of_case(case: CapacityCase, at_least: float | None) -> Iterator[Reason]:
    """A lower bound is proven by trials that held, also in a search that was cut short; an upper one only by trials
    that say something of the service."""
    up = case.whole
    if at_least is not None and up.lower is not None and up.lower >= at_least:
        return
    if not up.complete or up.doubtful:
        yield Exit.UNKNOWN, f"{case.label}: the capacity is not known"
    elif up.lower is None:
        yield Exit.GATE_FAILED, f"{case.label}: no rate holds all gates"
    elif at_least is not None:
        yield Exit.GATE_FAILED, f"{case.label}: the lower bound, {up.lower:.3g}/s, is below {at_least:g}/s"
