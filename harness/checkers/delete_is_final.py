"""S8, delete is final: nothing recreates what was deleted; a late delete never removes a newer share of that name."""

from collections.abc import Iterator, Sequence

from harness.checkers.asked_deletes import may_be_deleted
from harness.checkers.checker import Checker, Need
from harness.checkers.grouping import named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.record_timeline import Path
from harness.checkers.share_lifetime import ShareLifetime
from harness.checkers.sweeping import is_in_time, may_be_there, told
from harness.checkers.witness import anomaly, of_change, of_effect, of_op, of_reading
from reports.allowances import LogDetail
from reports.history import EffectKind, Op, OpKind, OpResult
from reports.verdicts import Anomaly

__all__ = ["DELETE_IS_FINAL"]


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    yield from _resurrected(index)
    yield from _wrong_victim(index)
    yield from _foreign_victim(index)
    if not index.history.has_effect_log:
        yield from _seen_again(index)
    if not index.logs(LogDetail.OWNER):
        yield from _deleted_and_alive(index)
        yield from _removed_unasked(index)


def _deleted(path: Path) -> bool:
    return "deleting" in path.first and None in path.first


def _resurrected(index: HistoryIndex) -> Iterator[Anomaly]:
    for timeline in index.timelines_along(_deleted):
        removed = timeline.removed
        if removed is None:
            continue
        for lifetime in index.lifetimes_by_share.get(timeline.share, ()):
            if is_in_time(index, lifetime, removed.at, index.bounds.allowances.grace):
                continue
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
            if share is None or reading is None or may_be_there(index, reading, share):
                continue
            if reading.at > removed.at:
                message = "was deleted and its record removed, and the share is there"
                yield anomaly(
                    "S8", timeline.location, timeline.name, message, of_change(removed), of_reading(reading, share)
                )


def _deleted_and_alive(index: HistoryIndex) -> Iterator[Anomaly]:
    """Where no log tells whose a life is: a delete was accepted, no record is there at rest, and the share lives."""
    last = index.reading("api", 2) or index.reading("api", 1)
    if last is None or not last.ok:
        return
    records = index.records(last.round)
    latest = {(op.location, op.name): op for op in index.ops_of(OpKind.DELETE) if op.result is OpResult.OK}
    for (location, name), op in latest.items():
        lifetimes = named(index.lifetimes, location, name)
        creates = named(index.creates_by_name, location, name)
        asked_again = any(create.invoked_at > op.invoked_at for create in creates)
        if not lifetimes or lifetimes[-1].died is not None or asked_again:
            continue
        is_excused = is_in_time(index, lifetimes[-1], told([op]), index.bounds.allowances.grace)
        if name not in records.get(location, {}) and not is_excused:
            message = "was deleted, no record is left, and the share is there"
            absent = of_reading(last, absent=f"{location}/{name}")
            yield anomaly("S8", location, name, message, of_op(op), of_effect(lifetimes[-1].born), absent)


def _removed_unasked(index: HistoryIndex) -> Iterator[Anomaly]:
    """Where no log tells whose a life is: what was read as active was removed, and nobody had asked for it."""
    for location, by_name in index.lifetimes.items():
        for name, lifetimes in by_name.items():
            removed = [row for row in lifetimes if row.died is not None and row.died.kind is EffectKind.DELETED]
            if not removed or (location, name) in index.preexisting:
                continue
            about = named(index.ops_by_name, location, name)
            for lifetime in removed:
                yield from _removed_life(index, lifetime, about)


def _removed_life(index: HistoryIndex, lifetime: ShareLifetime, about: Sequence[Op]) -> Iterator[Anomaly]:
    skew, died = index.bounds.skew, lifetime.died
    assert died is not None
    made_for = [op for op in about if op.kind is OpKind.CREATE and op.invoked_at <= lifetime.born.at + skew]
    create = next((op for op in reversed(made_for) if not index.is_refused(op)), None)
    if create is None:
        return
    read = next((op for op in about if _reads(op, lifetime, create, skew)), None)
    if read is not None and not may_be_deleted(index, about, create, died.at + skew):
        message = "was read as active, nobody had asked for a delete since its create, and it was removed"
        yield anomaly(
            "S8",
            lifetime.cluster,
            lifetime.name,
            message,
            of_op(create),
            of_op(read),
            *map(of_effect, (lifetime.born, died)),
        )


def _reads(op: Op, lifetime: ShareLifetime, create: Op, skew: float) -> bool:
    """Whether an answer says that this life, and no other, is active: it lived throughout the request."""
    if op.kind is not OpKind.GET or op.result is not OpResult.OK or op.state != "active" or op.completed_at is None:
        return False
    asked_for = op.invoked_at >= create.invoked_at
    return asked_for and lifetime.alive(op.invoked_at - skew, op.completed_at + skew)


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


DELETE_IS_FINAL = Checker(
    invariant="S8",
    title="a delete is final, and hits only its own share",
    find=_find,
    helped_by=frozenset({Need.CHANGE_LOG, Need.COMMAND_LOG, Need.EFFECT_LOG, Need.OWNERS}),
)
