"""S8, delete is final: nothing recreates what was deleted; a late delete never removes a newer share of that name."""

from collections.abc import Iterator

from harness.checkers.checker import Checker
from harness.checkers.evidence import Evidence
from harness.checkers.grouped import named
from harness.checkers.record_timeline import Path
from harness.checkers.witness import anomaly, of_change, of_effect, of_reading
from reports.history import EffectKind
from reports.verdicts import Anomaly

__all__ = ["DELETE_IS_FINAL"]


def _find(evidence: Evidence) -> Iterator[Anomaly]:
    yield from _resurrected(evidence)
    yield from _wrong_victim(evidence)
    yield from _foreign_victim(evidence)
    if not evidence.history.has_effect_log:
        yield from _seen_again(evidence)


def _deleted(path: Path) -> bool:
    return "deleting" in path.first and None in path.first


def _resurrected(evidence: Evidence) -> Iterator[Anomaly]:
    for timeline in evidence.timelines_along(_deleted):
        removed = timeline.removed
        if removed is None:
            continue
        for life in evidence.lives_by_share.get(timeline.share, ()):
            if life.died is None or (life.born.at > removed.at + evidence.bounds.skew and not life.swept):
                message = "was deleted and its record removed, and the share is there"
                yield anomaly("S8", timeline.location, timeline.name, message, of_change(removed), of_effect(life.born))


def _seen_again(evidence: Evidence) -> Iterator[Anomaly]:
    """The weaker form: what was deleted, and never asked for again, is not there at rest."""
    for timeline in evidence.timelines_along(_deleted):
        removed, namesakes = timeline.removed, named(evidence.timelines_by_name, timeline.location, timeline.name)
        if removed is None or namesakes[-1] is not timeline:
            continue
        for round in (1, 2):
            reading = evidence.reading(timeline.location, round)
            share = evidence.on_clusters(round).get(timeline.location, {}).get(timeline.name)
            if reading is not None and share is not None and reading.at > removed.at:
                message = "was deleted and its record removed, and the share is there"
                yield anomaly(
                    "S8", timeline.location, timeline.name, message, of_change(removed), of_reading(reading, share)
                )


def _wrong_victim(evidence: Evidence) -> Iterator[Anomaly]:
    """A delete names, by its request id, the record that it was sent for; the share it took carries its own."""
    senders = evidence.share_of_request
    for life in (life for by_name in evidence.lives.values() for lives in by_name.values() for life in lives):
        if life.died is None or life.share is None:
            continue
        sender = senders.get(life.died.request_id or "")
        if sender is not None and sender != life.share:
            message = f"a delete sent for record {sender} removed the share of record {life.share}"
            yield anomaly("S8", life.cluster, life.name, message, of_effect(life.born), of_effect(life.died))


def _foreign_victim(evidence: Evidence) -> Iterator[Anomaly]:
    for life in evidence.foreign_lives:
        if life.died is not None and life.died.kind is EffectKind.DELETED:
            message = "a share that somebody else had made was removed"
            yield anomaly("S8", life.cluster, life.name, message, of_effect(life.born), of_effect(life.died))


DELETE_IS_FINAL = Checker(invariant="S8", title="a delete is final, and hits only its own share", find=_find)
