"""L2, clean: the clusters hold the active records, what they held before the load, and nothing else."""

from collections.abc import Iterator, Sequence

from harness.checkers.checker import Checker, Need
from harness.checkers.grouping import named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.poison import dead_letters
from harness.checkers.sweeping import may_be_there
from harness.checkers.unplanned_ends import excuse
from harness.checkers.witness import anomaly, of_change, of_effect, of_reading
from reports.history import EffectKind, OpKind, Reading, SeenShare
from reports.sentences import count_of
from reports.verdicts import Anomaly, Witness

__all__ = ["CLEAN"]

_CHANGING = frozenset({OpKind.RESIZE, OpKind.DELETE})


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    """Judged in both rounds; what the first shows is not told again for the second."""
    if index.bounds.interrupted:
        return
    told: set[tuple[str, str, str]] = set()
    for round in (1, 2):
        api = index.reading("api", round)
        if api is None or not api.ok:
            continue
        for side in index.sides:
            cluster = index.reading(side, round)
            if cluster is None or not cluster.ok:
                continue
            for found in _differences(index, api, cluster):
                key = (found.location, found.name, found.message)
                if key not in told:
                    told.add(key)
                    yield found


def _differences(index: HistoryIndex, api: Reading, cluster: Reading) -> Iterator[Anomaly]:
    records = index.records(api.round).get(cluster.side, {})
    shares = index.on_clusters(cluster.round).get(cluster.side, {})
    for share in _left(index, cluster):
        if not _is_excused(index, cluster, share):
            yield _left_behind(index, cluster, share)
    for name, record in records.items():
        if name not in shares and record.state == "active" and not _lost(index, cluster.side, name):
            witness = of_reading(cluster, absent=name)
            yield anomaly(
                "L2", cluster.side, name, "is active, and not on the cluster", of_reading(api, record), witness
            )
    for name, share in index.held_before.get(cluster.side, {}).items():
        yield from _changed(index, cluster, share, shares.get(name))
    if cluster.sessions:
        left = f"{count_of(cluster.sessions, 'session is', 'sessions are')} left open on {cluster.side}"
        yield anomaly("L2", cluster.side, "", left, of_reading(cluster))


def _left(index: HistoryIndex, cluster: Reading) -> Iterator[SeenShare]:
    """What is half-made or has no record, less what others have put there. What a dead letter left half-made waits for
    an operator, as its record does: whether it may be one is S16."""
    records = index.records(cluster.round).get(cluster.side, {})
    for name, share in index.on_clusters(cluster.round).get(cluster.side, {}).items():
        record = records.get(name)
        is_kept = record is not None and (share.complete or record.share in dead_letters(index))
        if not is_kept and (cluster.side, name) not in index.foreign:
            yield share


def _is_excused(index: HistoryIndex, cluster: Reading, share: SeenShare) -> bool:
    """Whether the sweep has removed it since, or still has its time."""
    return _swept(index, cluster, share) or may_be_there(index, cluster, share)


def _swept(index: HistoryIndex, cluster: Reading, share: SeenShare) -> bool:
    """Whether the sweeper still had its time for it: it is gone after the fence, and came too late for any pipeline.

    The second reading comes when the sweeper's grace is over. Without a log of effects, when it came is not known.
    """
    if cluster.round != 1 or not share.complete:
        return False
    after = index.on_clusters(2).get(cluster.side)
    if after is None or share.name in after:
        return False
    lifetimes = named(index.lifetimes, share.location, share.name)
    return lifetimes[-1].swept if lifetimes else not index.history.has_effect_log


def _left_behind(index: HistoryIndex, cluster: Reading, share: SeenShare) -> Anomaly:
    orphan = "is on the cluster, and has no record (orphan)"
    message = orphan if share.complete else "is left half-made on the cluster"
    return anomaly("L2", cluster.side, share.name, message, of_reading(cluster, share), *_past(index, share))


def _changed(index: HistoryIndex, cluster: Reading, before: SeenShare, now: SeenShare | None) -> Iterator[Anomaly]:
    """Nothing that was there before the load may be lost or altered, unless a client asked for it, or the cluster was
    wiped, or somebody removed it by hand."""
    about = named(index.ops_by_name, cluster.side, before.name)
    if now == before or any(op.kind in _CHANGING for op in about):
        return
    effects = [row for row in index.history.effects if (row.cluster, row.name) == (cluster.side, before.name)]
    if any(row.kind in {EffectKind.WIPED, EffectKind.DELETED_BY_OTHERS} for row in effects):
        return
    lost = "was there before the load, which never asked for it, and is gone"
    message = lost if now is None else "was there before the load, which never asked for it, and has been changed"
    shown = of_reading(cluster, now, absent=before.name)
    first = index.reading(cluster.side, 0)
    assert first is not None
    yield anomaly("L2", cluster.side, before.name, message, of_reading(first, before), *map(of_effect, effects), shown)


def _past(index: HistoryIndex, share: SeenShare) -> Iterator[Witness]:
    """How it came to be there: its birth, and the end of its record."""
    lifetimes = named(index.lifetimes, share.location, share.name)
    if lifetimes:
        yield of_effect(lifetimes[-1].born)
    for timeline in named(index.timelines_by_name, share.location, share.name)[-1:]:
        yield of_change(timeline.changes[-1])


def _lost(index: HistoryIndex, cluster: str, name: str) -> bool:
    lifetimes = named(index.lifetimes, cluster, name)
    return bool(lifetimes) and lifetimes[-1].lost


def _doubts(index: HistoryIndex) -> Sequence[str]:
    if index.bounds.interrupted:
        return ["the run was interrupted before it could come to rest"]
    rounds = [index.reading(side, 2) for side in ("api", *index.sides)]
    unread = [side for side, row in zip(("api", *index.sides), rounds, strict=True) if row is None or not row.ok]
    waiting = list(_waiting(index))
    early = (
        [f"{count_of(len(waiting), 'share')} without a record, such as {waiting[0]}, may still wait for the sweep"]
        if waiting
        else []
    )
    return [*(f"{side} could not be read after the fence" for side in unread), *early]


def _waiting(index: HistoryIndex) -> Iterator[str]:
    """What the last readings show without a record before the sweep is due."""
    for reading in filter(None, [index.reading(side, 2) for side in index.sides]):
        yield from (
            f"{reading.side}/{share.name}" for share in _left(index, reading) if may_be_there(index, reading, share)
        )


CLEAN = Checker(
    invariant="L2",
    title="the clusters hold the active records, what they held before, and nothing else",
    find=_find,
    needs=frozenset({Need.READINGS}),
    doubts=_doubts,
    excuse=excuse,
)
