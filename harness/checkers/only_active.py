"""S12: no operation is accepted on a share that is not active."""

from collections.abc import Iterator

from harness.checkers.checker import Checker, Need
from harness.checkers.evidence import Evidence
from harness.checkers.witness import anomaly, of_change, of_op
from reports.history import Op, OpKind, OpResult
from reports.verdicts import Anomaly

__all__ = ["ONLY_ACTIVE"]

_ASKED = frozenset({"updating", "deleting"})
"""States that an operation brings about: an API that also carries out what it accepts writes others as well."""


def _find(evidence: Evidence) -> Iterator[Anomaly]:
    for op in evidence.history.ops:
        if op.kind in (OpKind.DELETE, OpKind.RESIZE) and op.result is OpResult.OK:
            yield from _accepted_while_busy(evidence, op)
    for story in evidence.stories.values():
        for change in story.changes:
            if change.writer == "api" and change.after in _ASKED and change.before != "active":
                message = f"the API accepted an operation while it was {change.before}"
                yield anomaly("S12", story.location, story.name, message, of_change(change))


def _accepted_while_busy(evidence: Evidence, op: Op) -> Iterator[Anomaly]:
    """It was active at some instant between question and answer, or the answer is wrong."""
    skew, end = evidence.bounds.skew, op.completed_at or op.invoked_at
    stories = evidence.stories_by_name.get((op.location, op.name), ())
    spans = [span for story in stories for span in story.spans("active")]
    if not any(begins <= end + skew and ends >= op.invoked_at - skew for begins, ends in spans):
        changes = [of_change(change) for story in stories for change in story.changes]
        message = f"{op.kind} was accepted, and it was active at no instant of the request"
        yield anomaly("S12", op.location, op.name, message, of_op(op), *changes[:4])


ONLY_ACTIVE = Checker(
    invariant="S12", title="no operation on a share that is not active", find=_find, needs=frozenset({Need.CHANGES})
)
