"""S2, no ghosts: nothing is seen, on a cluster or in the API, that no create could have made."""

from collections.abc import Iterator
from math import inf

from harness.checkers.checker import Checker
from harness.checkers.evidence import Evidence
from harness.checkers.grouped import NAMED
from harness.checkers.witness import anomaly, of_change, of_effect, of_op, of_reading
from reports.history import OpKind, OpResult
from reports.verdicts import Anomaly, Witness

__all__ = ["NO_GHOSTS"]

_OK = OpResult.OK


def _find(evidence: Evidence) -> Iterator[Anomaly]:
    yield from _effects(evidence)
    yield from _records(evidence)
    yield from _answers(evidence)


def _effects(evidence: Evidence) -> Iterator[Anomaly]:
    """Each needs a create of its name, and of its size where one is known, that was asked before."""
    creates, skew = evidence.creates_by_name, evidence.bounds.skew
    for key, lives in evidence.lives.items():
        asked = creates.get(key, ())
        for life in lives:
            born, latest = life.born, life.born.at + skew
            for op in asked:
                if op.invoked_at <= latest and (born.size is None or op.size == born.size):
                    break
            else:
                if key not in evidence.preexisting:
                    yield _ghost(evidence, key, born.at, of_effect(born))


def _records(evidence: Evidence) -> Iterator[Anomaly]:
    first, skew = evidence.first_asked, evidence.bounds.skew
    for story in evidence.stories.values():
        key, made = (story.location, story.name), story.changes[0]
        if first.get(key, inf) > made.at + skew and key not in evidence.preexisting:
            yield _ghost(evidence, key, made.at, of_change(made))
    for reading in evidence.history.readings:
        latest, shares = reading.at + skew, reading.shares if reading.round else ()
        for key, share in zip(map(NAMED, shares), shares, strict=True):
            if first.get(key, inf) > latest and key not in evidence.preexisting:
                yield _ghost(evidence, key, reading.at, of_reading(reading, share))


def _answers(evidence: Evidence) -> Iterator[Anomaly]:
    first, skew = evidence.first_asked, evidence.bounds.skew
    for op in evidence.ops_of(OpKind.GET):
        if op.result is _OK and op.completed_at is not None:
            key = (op.location, op.name)
            if first.get(key, inf) > op.completed_at + skew and key not in evidence.preexisting:
                yield _ghost(evidence, key, op.completed_at, of_op(op))


def _ghost(evidence: Evidence, key: tuple[str, str], at: float, witness: Witness) -> Anomaly:
    asked = [op for op in evidence.creates_by_name.get(key, ()) if op.invoked_at <= at + evidence.bounds.skew]
    message = "it has a size that nobody had asked for" if asked else "it is there, and nobody had asked for it"
    return anomaly("S2", *key, message, witness, *map(of_op, asked[:3]))


NO_GHOSTS = Checker(invariant="S2", title="nothing is there that no create could have made", find=_find)
