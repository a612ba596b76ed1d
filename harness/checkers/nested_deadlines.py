"""T2, nested deadlines: who waits for another waits longer than that one does; abandoned work is counted."""

from collections.abc import Iterator
from itertools import pairwise

from harness.checkers.checker import Checker
from harness.checkers.evidence import Evidence
from harness.checkers.witness import anomaly, of_attempt
from reports.history import Attempt, Hop, OpKind, OpResult
from reports.verdicts import Anomaly

__all__ = ["NESTED_DEADLINES"]

_OUTER_TO_INNER = ("client", "gateway", "api")
"""Who waits for whom within one request. The processor answers to nobody's request: it has its own deadlines."""


def _find(evidence: Evidence) -> Iterator[Anomaly]:
    limits = [(hop, evidence.bounds.limits[hop]) for hop in _OUTER_TO_INNER if hop in evidence.bounds.limits]
    for (outer, outer_limit), (inner, inner_limit) in pairwise(limits):
        if inner_limit >= outer_limit:
            message = (
                f"{inner} may take {inner_limit:g} s, and {outer}, who waits for it, gives up after {outer_limit:g} s"
            )
            abandoned = [of_attempt(row) for row in _abandoned(evidence)]
            yield anomaly("T2", "", "", message, *abandoned[:3])


def _abandoned(evidence: Evidence) -> list[Attempt]:
    """Tries that their caller gave up, and that were carried out all the same."""
    accepted = {op.number: op for op in evidence.history.ops if op.kind is OpKind.CREATE}
    return [
        row
        for row in evidence.history.attempts
        if row.hop is Hop.CLIENT
        and row.result is OpResult.INFO
        and row.op in accepted
        and (row.location, row.name) in evidence.stories_by_name
    ]


def _idle(evidence: Evidence) -> str | None:
    known = [hop for hop in _OUTER_TO_INNER if hop in evidence.bounds.limits]
    return None if len(known) > 1 else "fewer than two hops have a known deadline"


def _remark(evidence: Evidence) -> str:
    return f"holds: {len(_abandoned(evidence))} tries were given up and carried out all the same"


NESTED_DEADLINES = Checker(
    invariant="T2", title="inner deadlines are shorter than outer ones", find=_find, idle=_idle, remark=_remark
)
