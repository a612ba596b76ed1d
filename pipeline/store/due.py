"""Which record has been due longest, and who has its turn, found without looking at all that wait."""

from bisect import insort
from collections.abc import Iterator, Mapping
from heapq import heappop, heappush

from pipeline import transitions
from pipeline.record import ShareRecord

__all__ = ["DueRecords"]

_Place = tuple[float, int]
"""Where a record stands by `transitions.due_order`."""
_Queue = tuple[str, str, int]
"""Location, tenant and priority of those that stand in one queue."""


class DueRecords:
    """An index over records by row. The records of each location, tenant and priority have a heap of their own, so that
    those that nobody works for now do not stand before the others. A place whose record has another `due_at` by now is
    dropped when it comes first."""

    def __init__(self, records: Mapping[int, ShareRecord]) -> None:
        self._records = records
        self._waiting: dict[_Queue, list[_Place]] = {}
        self._first: list[tuple[_Place, _Queue]] = []  # of each heap; some were first once
        self._turns: dict[str, list[tuple[str, int]]] = {}  # by location: tenants, each with its priorities, negated

    def add(self, record: ShareRecord) -> None:
        """A record has another `due_at`, or waits again."""
        place = transitions.due_order(record)
        queue = record.location, record.tenant, record.priority
        waiting = self._waiting.get(queue)
        if waiting is None:
            waiting = self._waiting[queue] = []
            insort(self._turns.setdefault(record.location, []), (record.tenant, -record.priority))
        heappush(waiting, place)
        if waiting[0] == place:
            heappush(self._first, (place, queue))

    def earliest(
        self, locations: frozenset[str] | None, now: float, *, without: frozenset[str] = frozenset()
    ) -> ShareRecord | None:
        """The least that is due at these locations (None: at any), without some."""
        passed_over: list[tuple[_Place, _Queue]] = []
        found: ShareRecord | None = None
        while self._first:
            place, queue = self._first[0]
            if place[0] > now:
                break
            record = self._standing(place, queue)
            if record is None:
                heappop(self._first)
            elif (locations is not None and record.location not in locations) or record.location in without:
                passed_over.append(heappop(self._first))
            else:
                found = record
                break
        for first in passed_over:
            heappush(self._first, first)
        return found

    def next_in_turn(self, location: str, served: str, now: float) -> ShareRecord | None:
        """Who is due at a location and has its turn there, behind a tenant."""
        for queue in self._in_turn(location, served):
            waiting = self._waiting[queue]
            while waiting and waiting[0][0] <= now:
                record = self._standing(waiting[0], queue)
                if record is not None:
                    return record
        return None

    def _in_turn(self, location: str, served: str) -> Iterator[_Queue]:
        turns = self._turns.get(location, [])
        behind = [turn for turn in turns if turn[0] > served]
        for tenant, priority in (*behind, *turns[: len(turns) - len(behind)]):
            yield location, tenant, -priority

    def _standing(self, place: _Place, queue: _Queue) -> ShareRecord | None:
        """The record of a queue's first place, if it still stands there; if not, the next one becomes the first."""
        waiting = self._waiting[queue]
        if not waiting or waiting[0] != place:
            return None
        record = self._records.get(place[1])
        if record is not None and record.due_at == place[0] and transitions.is_due(record, place[0]):
            return record
        heappop(waiting)
        if waiting:
            heappush(self._first, (waiting[0], queue))
        return None
