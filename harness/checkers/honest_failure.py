"""S7, honest failure: what was reported failed has no effect, ever."""

from collections.abc import Iterator

from harness.checkers.checker import Checker
from harness.checkers.evidence import Evidence
from harness.checkers.grouped import named
from harness.checkers.life import Life
from harness.checkers.record_timeline import Path, RecordTimeline
from harness.checkers.witness import anomaly, of_change, of_effect, of_op, of_reading
from reports.history import OpResult, StateChange
from reports.verdicts import Anomaly

__all__ = ["HONEST_FAILURE"]

_FAIL = OpResult.FAIL


def _find(evidence: Evidence) -> Iterator[Anomaly]:
    yield from _refused_and_done(evidence)
    if not evidence.history.has_effect_log:
        yield from _refused_and_seen(evidence)
    for timeline in evidence.timelines_along(_fails):
        if timeline.removed is not None:
            yield from _failed_and_there(evidence, timeline, timeline.removed)


def _fails(path: Path) -> bool:
    return "failing" in path.first and None in path.first


def _refused_and_seen(evidence: Evidence) -> Iterator[Anomaly]:
    """The weaker form: where every create of a name was refused, no reading at rest may show it."""
    for reading in evidence.history.readings:
        for share in reading.shares if reading.round else ():
            key = (share.location, share.name)
            ops = named(evidence.creates_by_name, *key)
            if ops and key not in evidence.preexisting and all(op.result is _FAIL for op in ops):
                message = "every create was reported failed, and it is there"
                yield anomaly("S7", *key, message, *map(of_op, ops[:3]), of_reading(reading, share))


def _refused_and_done(evidence: Evidence) -> Iterator[Anomaly]:
    """Where every create of a name was refused, nothing of that name may ever be made."""
    for cluster, by_name in evidence.lives.items():
        for name, lives in by_name.items():
            ops = named(evidence.creates_by_name, cluster, name)
            if lives and ops and ops[0].result is _FAIL and all(op.result is _FAIL for op in ops):
                message = "every create was reported failed, and the cluster made it"
                yield anomaly("S7", cluster, name, message, *map(of_op, ops[:3]), of_effect(lives[0].born))


def _failed_and_there(evidence: Evidence, timeline: RecordTimeline, removed: StateChange) -> Iterator[Anomaly]:
    """Once a failed record is gone, nothing made for it may live or come to life."""
    for life in evidence.lives_by_share.get(timeline.share, ()):
        if _lives_after(life, removed.at + evidence.bounds.skew) and not life.swept:
            failing = timeline.first("failing")
            assert failing is not None
            message = "its create was reported failed, and the share is there"
            yield anomaly(
                "S7",
                timeline.location,
                timeline.name,
                message,
                of_change(failing),
                of_change(removed),
                of_effect(life.born),
            )


def _lives_after(life: Life, instant: float) -> bool:
    return life.died is None or life.died.at > instant


HONEST_FAILURE = Checker(
    invariant="S7",
    title="what was reported failed has no effect",
    find=_find,
)
