"""S1, at most one: never two live shares, and never two records, for one (location, name)."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from harness.checkers.checker import Checker, Need
from harness.checkers.grouping import ByName
from harness.checkers.history_index import HistoryIndex
from harness.checkers.record_timeline import RecordTimeline
from harness.checkers.witness import anomaly, of_change, of_effect, of_reading
from reports.verdicts import Anomaly

__all__ = ["AT_MOST_ONE"]

T = TypeVar("T")


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    yield from _two_lifetimes(index)
    yield from _two_records(index)
    yield from _seen_twice(index)


def _two_lifetimes(index: HistoryIndex) -> Iterator[Anomaly]:
    for lifetimes in _several(index.lifetimes):
        for older, newer in pairwise(lifetimes):
            if older.died is None or older.died.number > newer.born.number:
                message = "a second share was made on the cluster while the first was alive"
                yield anomaly("S1", older.cluster, older.name, message, of_effect(older.born), of_effect(newer.born))


def _two_records(index: HistoryIndex) -> Iterator[Anomaly]:
    several = _several(index.timelines_by_name)
    for timelines in sorted(several, key=lambda timelines: timelines[0].changes[0].number):
        for older, newer in pairwise(timelines):
            if _overlap(older, newer):
                message = "a second record was made while the first was there"
                first, second = older.changes[0], newer.changes[0]
                yield anomaly("S1", older.location, older.name, message, of_change(first), of_change(second))


def _several(groups: ByName[Sequence[T]]) -> Sequence[Sequence[T]]:
    """The groups of more than one row: of a million names, few."""
    return [rows for by_name in groups.values() for rows in by_name.values() if len(rows) > 1]


def _overlap(older: RecordTimeline, newer: RecordTimeline) -> bool:
    """By the order of the log's rows: it is one store's, so no clock is needed."""
    return older.removed is None or older.removed.number > newer.changes[0].number


def _seen_twice(index: HistoryIndex) -> Iterator[Anomaly]:
    for shown in index.shown:
        if not shown.has_duplicates:
            continue
        reading = shown.reading
        seen: set[tuple[str, str]] = set()
        for share in reading.shares:
            key = (share.location, share.name)
            if key in seen:
                yield anomaly("S1", *key, f"{reading.side} shows it twice", of_reading(reading, share))
            seen.add(key)


AT_MOST_ONE = Checker(
    invariant="S1",
    title="at most one share and one record for a name",
    find=_find,
    helped_by=frozenset({Need.CHANGE_LOG, Need.EFFECT_LOG}),
)
