"""S8, delete is final: nothing recreates what was deleted; a late delete never removes a newer share of that name."""

from collections.abc import Iterator

from harness.checkers.checker import Checker
from harness.checkers.grouping import named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.record_timeline import Path
from harness.checkers.witness import anomaly, of_change, of_effect, of_reading
from reports.history import EffectKind
from reports.verdicts import Anomaly

__all__ = ["DELETE_IS_FINAL"]


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    yield from _resurrected(index)
    yield from _wrong_victim(index)
    yield from _foreign_victim(index)
    if not index.history.has_effect_log:
        yield from _seen_again(index)


def _deleted(path: Path) -> bool:
    return "deleting" in path.first and None in path.first


def _resurrected(index: HistoryIndex) -> Iterator[Anomaly]:
    for timeline in index.timelines_along(_deleted):
        removed = timeline.removed
        if removed is None:
            continue
        for lifetime in index.lifetimes_by_share.get(timeline.share, ()):
            if lifetime.died is None or (lifetime.born.at > removed.at + index.bounds.skew and not lifetime.swept):
                message = "was deleted and its record removed, and the share is there"
                yield anomaly(
                    "S8", timeline.location, timeline.name, message, of_change(removed), of_effect(lifetime.born)
                )


def _seen_again(index: HistoryIndex) -> Iterator[Anomaly]:
    """The weaker form: what was deleted, and never asked for again, is not there at rest."""
    for timeline in index.timelines_along(_deleted):
        removed, namesakes = timeline.removed, named(index.timelines_by_name, timeline.location, timeline.name)
        if removed is None or namesakes[-1] is not timeline:
            continue
        for round in (1, 2):
            reading = index.reading(timeline.location, round)
            share = index.on_clusters(round).get(timeline.location, {}).get(timeline.name)
            if reading is not None and share is not None and reading.at > removed.at:
                message = "was deleted and its record removed, and the share is there"
                yield anomaly(
                    "S8", timeline.location, timeline.name, message, of_change(removed), of_reading(reading, share)
                )


def _wrong_victim(index: HistoryIndex) -> Iterator[Anomaly]:
    """A delete names, by its request id, the record that it was sent for; the share it took carries its own."""
    senders = index.share_of_request
    for lifetime in (
        lifetime for by_name in index.lifetimes.values() for lifetimes in by_name.values() for lifetime in lifetimes
    ):
        if lifetime.died is None or lifetime.share is None:
            continue
        sender = senders.get(lifetime.died.request_id or "")
        if sender is not None and sender != lifetime.share:
            message = f"a delete sent for record {sender} removed the share of record {lifetime.share}"
            yield anomaly(
                "S8", lifetime.cluster, lifetime.name, message, of_effect(lifetime.born), of_effect(lifetime.died)
            )


def _foreign_victim(index: HistoryIndex) -> Iterator[Anomaly]:
    for lifetime in index.foreign_lifetimes:
        if lifetime.died is not None and lifetime.died.kind is EffectKind.DELETED:
            message = "a share that somebody else had made was removed"
            yield anomaly(
                "S8", lifetime.cluster, lifetime.name, message, of_effect(lifetime.born), of_effect(lifetime.died)
            )


DELETE_IS_FINAL = Checker(invariant="S8", title="a delete is final, and hits only its own share", find=_find)
