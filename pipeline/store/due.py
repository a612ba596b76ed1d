"""Which record has been due longest, found without looking at all that wait."""

from collections.abc import Mapping
from heapq import heappop, heappush

from pipeline import transitions
from pipeline.record import ShareRecord

__all__ = ["DueRecords"]

_Place = tuple[float, int]
"""Where a record stands by `transitions.due_order`."""


class DueRecords:
    """An index over records by row. Each location has a heap of its own, so that one that nobody works for now does not
    stand before the others. A place whose record has another `due_at` by now is dropped when it comes first."""

    def __init__(self, records: Mapping[int, ShareRecord]) -> None:
        self._records = records
        self._waiting: dict[str, list[_Place]] = {}
        self._first: list[tuple[_Place, str]] = []  # of each location's heap; some were first once

    def add(self, record: ShareRecord) -> None:
        """A record has another `due_at`, or waits again."""
        place = transitions.due_order(record)
        waiting = self._waiting.setdefault(record.location, [])
        heappush(waiting, place)
        if waiting[0] == place:
            heappush(self._first, (place, record.location))

    def earliest(self, locations: frozenset[str] | None, now: float) -> ShareRecord | None:
        """The least that is due at these locations (None: at any)."""
        passed_over: list[tuple[_Place, str]] = []
        found: ShareRecord | None = None
        while self._first:
            place, location = self._first[0]
            if place[0] > now:
                break
            record = self._standing(place, location)
            if record is None:
                heappop(self._first)
            elif locations is not None and location not in locations:
                passed_over.append(heappop(self._first))
            else:
                found = record
                break
        for first in passed_over:
            heappush(self._first, first)
        return found

    def _standing(self, place: _Place, location: str) -> ShareRecord | None:
        """The record of a location's first place, if it still stands there; if not, the next one becomes the first."""
        waiting = self._waiting[location]
        if not waiting or waiting[0] != place:
            return None
        record = self._records.get(place[1])
        if record is not None and record.due_at == place[0] and transitions.is_due(record, place[0]):
            return record
        heappop(waiting)
        if waiting:
            heappush(self._first, (waiting[0], location))
        return None
