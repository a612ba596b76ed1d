"""S3, no lost promise: an accepted create ends active or is removed with its reason, and nothing vanishes."""

from collections.abc import Iterator

from harness.checkers.checker import Checker, Need
from harness.checkers.evidence import Evidence, Story
from harness.checkers.witness import anomaly, of_change, of_op, of_reading
from reports.history import Op, OpKind, OpResult, Reading
from reports.verdicts import Anomaly

__all__ = ["NO_LOST_PROMISE"]


def _find(evidence: Evidence) -> Iterator[Anomaly]:
    last = evidence.reading("api", 2) or evidence.reading("api", 1)
    seen = _seen(last)
    for op in _accepted(evidence):
        story = evidence.stories.get(op.share or "")
        if story is not None:
            yield from _broken(op, story, last, seen)
        elif evidence.history.has_changes:
            yield anomaly("S3", op.location, op.name, "it was accepted, and no record was ever made", of_op(op))
        else:
            yield from _vanished(evidence, op, last, seen)


def _accepted(evidence: Evidence) -> Iterator[Op]:
    for op in evidence.history.ops:
        if op.kind is OpKind.CREATE and op.result is OpResult.OK and not op.body_differs:
            yield op


def _seen(reading: Reading | None) -> dict[tuple[str, str], str | None]:
    """(location, name) to the record's id, as the last reading of the API shows them."""
    if reading is None or not reading.ok:
        return {}
    return {(share.location, share.name): share.share for share in reading.shares}


def _broken(op: Op, story: Story, last: Reading | None, seen: dict[tuple[str, str], str | None]) -> Iterator[Anomaly]:
    removed = story.removed
    if removed is not None:
        yield from _removed_without_notice(op, story)
    elif last is not None and last.ok and seen.get((story.location, story.name)) != story.share:
        message = "its record vanished: it was never removed, and the API no longer shows it"
        witness = of_reading(last, absent=f"{story.location}/{story.name}")
        yield anomaly("S3", op.location, op.name, message, of_op(op), of_change(story.changes[-1]), witness)


def _removed_without_notice(op: Op, story: Story) -> Iterator[Anomaly]:
    """A removal needs a reason that was told before: failing with its reason, or deleting because it was asked."""
    failing, deleting = story.first("failing"), story.first("deleting")
    assert story.removed is not None
    if failing is None and deleting is None:
        message = "its record was removed with neither a failure nor a delete before"
        yield anomaly("S3", op.location, op.name, message, of_op(op), of_change(story.removed))
    elif deleting is None and failing is not None and not failing.reason:
        message = "its record was removed as failed without a reason"
        yield anomaly("S3", op.location, op.name, message, of_op(op), of_change(failing), of_change(story.removed))


def _vanished(
    evidence: Evidence, op: Op, last: Reading | None, seen: dict[tuple[str, str], str | None]
) -> Iterator[Anomaly]:
    """The weaker form, without a log of changes: what was seen active and never deleted must still be there."""
    if last is None or not last.ok or (op.location, op.name) in seen:
        return
    about = evidence.ops_by_name[op.location, op.name]
    active = next((row for row in about if row.state == "active"), None)
    if active is not None and not any(row.kind is OpKind.DELETE for row in about):
        witness = of_reading(last, absent=f"{op.location}/{op.name}")
        yield anomaly("S3", op.location, op.name, "it was active, and vanished", of_op(op), of_op(active), witness)


NO_LOST_PROMISE = Checker(
    invariant="S3",
    title="an accepted create ends active, or is removed with its reason",
    find=_find,
    needs=frozenset({Need.READINGS}),
)
