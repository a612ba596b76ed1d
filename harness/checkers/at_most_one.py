"""S1, at most one: never two live shares, and never two records, for one (location, name)."""

from collections.abc import Iterator
from itertools import pairwise

from harness.checkers.checker import Checker
from harness.checkers.evidence import Evidence
from harness.checkers.grouped import NAMED
from harness.checkers.story import Story
from harness.checkers.witness import anomaly, of_change, of_effect, of_reading
from reports.verdicts import Anomaly

__all__ = ["AT_MOST_ONE"]


def _find(evidence: Evidence) -> Iterator[Anomaly]:
    yield from _two_lives(evidence)
    yield from _two_records(evidence)
    yield from _seen_twice(evidence)


def _two_lives(evidence: Evidence) -> Iterator[Anomaly]:
    for (cluster, name), lives in evidence.lives.items():
        for older, newer in pairwise(lives):
            if older.died is None or older.died.number > newer.born.number:
                message = "a second share was made on the cluster while the first was alive"
                yield anomaly("S1", cluster, name, message, of_effect(older.born), of_effect(newer.born))


def _two_records(evidence: Evidence) -> Iterator[Anomaly]:
    for (location, name), stories in evidence.stories_by_name.items():
        for older, newer in pairwise(stories):
            if _overlap(older, newer):
                message = "a second record was made while the first was there"
                yield anomaly("S1", location, name, message, of_change(older.changes[0]), of_change(newer.changes[0]))


def _overlap(older: Story, newer: Story) -> bool:
    """By the order of the log's rows: it is one store's, so no clock is needed."""
    return older.removed is None or older.removed.number > newer.changes[0].number


def _seen_twice(evidence: Evidence) -> Iterator[Anomaly]:
    for reading in evidence.history.readings:
        if len(set(map(NAMED, reading.shares))) == len(reading.shares):
            continue
        seen: set[tuple[str, str]] = set()
        for share in reading.shares:
            key = (share.location, share.name)
            if key in seen:
                yield anomaly("S1", *key, f"{reading.side} shows it twice", of_reading(reading, share))
            seen.add(key)


AT_MOST_ONE = Checker(invariant="S1", title="at most one share and one record for a name", find=_find)
