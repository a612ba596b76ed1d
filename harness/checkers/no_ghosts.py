"""S2, no ghosts: nothing is seen, on a cluster or in the API, that no create could have made."""

from collections.abc import Iterator
from math import inf

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
    for key, lives in evidence.lives.items():
        for life in lives:
            if not _asked(evidence, key, life.born.at, life.born.size):
                yield _ghost(evidence, key, life.born.at, of_effect(life.born))


def _records(evidence: Evidence) -> Iterator[Anomaly]:
    first, skew = evidence.first_asked, evidence.bounds.skew
    for story in evidence.stories.values():
        key, made = (story.location, story.name), story.changes[0]
        if first.get(key, inf) > made.at + skew and key not in evidence.preexisting:
            yield _ghost(evidence, key, made.at, of_change(made))
    for reading in evidence.history.readings:
        for share in reading.shares if reading.round else ():
            key = (share.location, share.name)
            if first.get(key, inf) > reading.at + skew and key not in evidence.preexisting:
                yield _ghost(evidence, key, reading.at, of_reading(reading, share))


def _answers(evidence: Evidence) -> Iterator[Anomaly]:
    first, skew = evidence.first_asked, evidence.bounds.skew
    for op in evidence.history.ops:
        if op.kind is OpKind.GET and op.result is OpResult.OK and op.completed_at is not None:
            key = (op.location, op.name)
            if first.get(key, inf) > op.completed_at + skew and key not in evidence.preexisting:
                yield _ghost(evidence, key, op.completed_at, of_op(op))


def _asked(evidence: Evidence, key: tuple[str, str], at: float, size: int | None) -> bool:
    """Whether some create of that name, and of that size where one is known, was asked before `at`."""
    latest = at + evidence.bounds.skew
    for op in evidence.creates_by_name.get(key, ()):
        if op.invoked_at <= latest and (size is None or op.size == size):
            return True
    return key in evidence.preexisting


def _ghost(evidence: Evidence, key: tuple[str, str], at: float, witness: Witness) -> Anomaly:
    asked = [op for op in evidence.creates_by_name.get(key, ()) if op.invoked_at <= at + evidence.bounds.skew]
    message = "it has a size that nobody had asked for" if asked else "it is there, and nobody had asked for it"
    return anomaly("S2", *key, message, witness, *map(of_op, asked[:3]))


NO_GHOSTS = Checker(invariant="S2", title="nothing is there that no create could have made", find=_find)
