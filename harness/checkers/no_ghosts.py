"""S2, no ghosts: nothing is seen, on a cluster or in the API, that no create could have made."""

from collections.abc import Iterator

from harness.checkers.checker import Checker
from harness.checkers.evidence import Evidence
from harness.checkers.witness import anomaly, of_change, of_effect, of_op, of_reading
from reports.history import OpKind, OpResult
from reports.verdicts import Anomaly, Witness

__all__ = ["NO_GHOSTS"]


def _find(evidence: Evidence) -> Iterator[Anomaly]:
    yield from _effects(evidence)
    yield from _records(evidence)
    yield from _answers(evidence)


def _effects(evidence: Evidence) -> Iterator[Anomaly]:
    for lives in evidence.lives.values():
        for life in lives:
            born = life.born
            yield from _unasked(evidence, (born.cluster, born.name), born.at, born.size, of_effect(born))


def _records(evidence: Evidence) -> Iterator[Anomaly]:
    for story in evidence.stories.values():
        made = story.changes[0]
        yield from _unasked(evidence, (story.location, story.name), made.at, None, of_change(made))
    for reading in evidence.history.readings:
        for share in reading.shares if reading.round else ():
            witness = of_reading(reading, share)
            yield from _unasked(evidence, (share.location, share.name), reading.at, None, witness)


def _answers(evidence: Evidence) -> Iterator[Anomaly]:
    for op in evidence.history.ops:
        if op.kind is OpKind.GET and op.result is OpResult.OK and op.completed_at is not None:
            yield from _unasked(evidence, (op.location, op.name), op.completed_at, None, of_op(op))


def _unasked(
    evidence: Evidence, key: tuple[str, str], at: float, size: int | None, witness: Witness
) -> Iterator[Anomaly]:
    """An anomaly unless some create of that name (and size, where it is known) was asked before `at`."""
    if key in evidence.preexisting:
        return
    asked = [op for op in evidence.creates_by_name.get(key, ()) if op.invoked_at <= at + evidence.bounds.skew]
    if not asked:
        yield anomaly("S2", *key, "it is there, and nobody had asked for it", witness)
    elif size is not None and all(op.size != size for op in asked):
        message = f"its size is {size} bytes, which nobody had asked for"
        yield anomaly("S2", *key, message, witness, *map(of_op, asked[:3]))


NO_GHOSTS = Checker(invariant="S2", title="nothing is there that no create could have made", find=_find)
