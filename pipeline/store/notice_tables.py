"""The tables of notices: what a transaction's code is given, in memory and over SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from enum import Enum
from itertools import islice
from typing import Any, Protocol

from connector.values import from_row, replace
from pipeline.notices.kinds import NoticeKind
from pipeline.notices.records import (
    DeliveryState,
    EndpointKind,
    NoticeAttempt,
    NoticeDelivery,
    NoticeEndpoint,
    NoticeReply,
)

__all__ = ["MemoryNotices", "NoticeTables", "SqlNotices"]


class NoticeTables(Protocol):
    """Finds and writes rows, and decides nothing: that is `pipeline.notices.rules`' to do."""

    def endpoints(self) -> Sequence[NoticeEndpoint]:
        """In the order in which they were made."""
        ...

    def find(self, id: str) -> NoticeEndpoint | None:
        """It stays as it is until the transaction ends, where this one writes."""
        ...

    def insert(self, endpoint: NoticeEndpoint) -> None: ...

    def change(self, endpoint: NoticeEndpoint) -> None:
        """Write what the API may change: secrets, and whether it is served."""
        ...

    def hold(self, endpoint: NoticeEndpoint) -> None:
        """Write what a notifier may change: cursor, lease, and whether it is served."""
        ...

    def delete(self, id: str) -> None:
        """Remove it with all that is owed to it."""
        ...

    def newest_event(self) -> int:
        """The number of the newest change of state; 0: there is none."""
        ...

    def insert_deliveries(self, deliveries: Sequence[NoticeDelivery]) -> None:
        """A message that the endpoint has already is left as it is."""
        ...

    def update_delivery(self, delivery: NoticeDelivery) -> None: ...

    def due(self, endpoint: str, now: float, limit: int) -> Sequence[NoticeDelivery]:
        """Those that wait and are due, the longest first; of each share the earliest that waits alone."""
        ...

    def forget(self, endpoint: str, before: float, limit: int) -> None:
        """Of its deliveries about the oldest events, so many, those that ended before; of its oldest tries likewise."""
        ...

    def deliveries(self, endpoint: str, after: int, limit: int) -> Sequence[NoticeDelivery]: ...

    def of_events(self, endpoint: str, first: int, last: int) -> Sequence[NoticeDelivery]: ...

    def insert_attempt(self, attempt: NoticeAttempt) -> int:
        """Its number."""
        ...

    def end_attempt(self, number: int, reply: NoticeReply, now: float) -> None: ...

    def attempts(self, endpoint: str, after: int, limit: int) -> Sequence[NoticeAttempt]: ...


class Fetch(Protocol):
    """Runs a named query. lock: its rows stay as they are until the transaction ends."""

    def __call__(
        self, query: str, values: Mapping[str, object], /, *, lock: bool = False
    ) -> Sequence[Sequence[Any]]: ...


class SqlNotices:
    """See `NoticeTables`: the queries of notices.sql."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch

    def endpoints(self) -> Sequence[NoticeEndpoint]:
        return [_endpoint_of(row) for row in self._fetch("endpoints", {})]

    def find(self, id: str) -> NoticeEndpoint | None:
        rows = self._fetch("find_endpoint", {"id": id}, lock=True)
        return _endpoint_of(rows[0]) if rows else None

    def insert(self, endpoint: NoticeEndpoint) -> None:
        self._fetch("insert_endpoint", _values(endpoint))

    def change(self, endpoint: NoticeEndpoint) -> None:
        self._fetch("change_endpoint", _values(endpoint))

    def hold(self, endpoint: NoticeEndpoint) -> None:
        self._fetch("hold_endpoint", _values(endpoint))

    def delete(self, id: str) -> None:
        self._fetch("delete_deliveries", {"endpoint": id})
        self._fetch("delete_endpoint", {"id": id})

    def newest_event(self) -> int:
        newest: int = self._fetch("newest_event", {})[0][0]
        return newest

    def insert_deliveries(self, deliveries: Sequence[NoticeDelivery]) -> None:
        for delivery in deliveries:
            self._fetch("insert_delivery", _values(delivery))

    def update_delivery(self, delivery: NoticeDelivery) -> None:
        self._fetch("update_delivery", _values(delivery))

    def due(self, endpoint: str, now: float, limit: int) -> Sequence[NoticeDelivery]:
        return [
            _delivery_of(row)
            for row in self._fetch("due_deliveries", {"endpoint": endpoint, "now": now, "limit": limit})
        ]

    def forget(self, endpoint: str, before: float, limit: int) -> None:
        for query in ("forget_deliveries", "forget_notice_attempts"):
            self._fetch(query, {"endpoint": endpoint, "before": before, "limit": limit})

    def deliveries(self, endpoint: str, after: int, limit: int) -> Sequence[NoticeDelivery]:
        return [
            _delivery_of(row)
            for row in self._fetch("deliveries", {"endpoint": endpoint, "after": after, "limit": limit})
        ]

    def of_events(self, endpoint: str, first: int, last: int) -> Sequence[NoticeDelivery]:
        rows = self._fetch("deliveries_of_events", {"endpoint": endpoint, "first": first, "last": last})
        return [_delivery_of(row) for row in rows]

    def insert_attempt(self, attempt: NoticeAttempt) -> int:
        number: int = self._fetch("insert_notice_attempt", _values(attempt))[0][0]
        return number

    def end_attempt(self, number: int, reply: NoticeReply, now: float) -> None:
        self._fetch(
            "end_notice_attempt", {"number": number, "ended_at": now, "status": reply.status, "error": reply.error}
        )

    def attempts(self, endpoint: str, after: int, limit: int) -> Sequence[NoticeAttempt]:
        rows = self._fetch("notice_attempts", {"endpoint": endpoint, "after": after, "limit": limit})
        return [from_row(NoticeAttempt, row) for row in rows]


class MemoryNotices:
    """See `NoticeTables`. events: how many there are, since they are numbered without a gap."""

    def __init__(self, events: Sequence[object]) -> None:
        self._events = events
        self._endpoints: dict[str, NoticeEndpoint] = {}
        self._deliveries: dict[int, NoticeDelivery] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._newest = 0
        self._attempts: dict[int, NoticeAttempt] = {}
        self._newest_attempt = 0

    def endpoints(self) -> Sequence[NoticeEndpoint]:
        return sorted(self._endpoints.values(), key=lambda endpoint: (endpoint.created_at, endpoint.id))

    def find(self, id: str) -> NoticeEndpoint | None:
        return self._endpoints.get(id)

    def insert(self, endpoint: NoticeEndpoint) -> None:
        self._endpoints[endpoint.id] = endpoint

    def change(self, endpoint: NoticeEndpoint) -> None:
        self._endpoints[endpoint.id] = endpoint

    def hold(self, endpoint: NoticeEndpoint) -> None:
        self._endpoints[endpoint.id] = endpoint

    def delete(self, id: str) -> None:
        self._endpoints.pop(id, None)
        for number in [row.number for row in self._of(id)]:
            delivery = self._deliveries.pop(number)
            del self._numbers[id, delivery.message]

    def newest_event(self) -> int:
        return len(self._events)

    def insert_deliveries(self, deliveries: Sequence[NoticeDelivery]) -> None:
        for delivery in deliveries:
            place = delivery.endpoint, delivery.message
            if place not in self._numbers:
                self._newest += 1
                self._numbers[place] = self._newest
                self._deliveries[self._newest] = replace(delivery, number=self._newest)

    def update_delivery(self, delivery: NoticeDelivery) -> None:
        self._deliveries[delivery.number] = delivery

    def due(self, endpoint: str, now: float, limit: int) -> Sequence[NoticeDelivery]:
        first: dict[str, NoticeDelivery] = {}
        for row in self._of(endpoint):
            if row.state is DeliveryState.WAITING and (row.share not in first or row.event < first[row.share].event):
                first[row.share] = row
        found = sorted((row for row in first.values() if row.due_at <= now), key=lambda row: (row.due_at, row.number))
        return found[:limit]

    def forget(self, endpoint: str, before: float, limit: int) -> None:
        oldest = sorted(self._of(endpoint), key=lambda row: (row.event, row.number))[:limit]
        for row in oldest:
            if row.ended_at is not None and row.ended_at < before and row.number != max(self._deliveries):
                del self._deliveries[row.number], self._numbers[endpoint, row.message]
        for attempt in list(islice((row for row in self._attempts.values() if row.endpoint == endpoint), limit)):
            if attempt.began_at < before and attempt.number != max(self._attempts):
                del self._attempts[attempt.number]

    def deliveries(self, endpoint: str, after: int, limit: int) -> Sequence[NoticeDelivery]:
        return list(islice((row for row in self._of(endpoint) if row.number > after), limit))

    def of_events(self, endpoint: str, first: int, last: int) -> Sequence[NoticeDelivery]:
        return sorted((row for row in self._of(endpoint) if first <= row.event <= last), key=lambda row: row.event)

    def insert_attempt(self, attempt: NoticeAttempt) -> int:
        self._newest_attempt += 1
        self._attempts[self._newest_attempt] = replace(attempt, number=self._newest_attempt)
        return self._newest_attempt

    def end_attempt(self, number: int, reply: NoticeReply, now: float) -> None:
        attempt = self._attempts.get(number)
        if attempt is not None and attempt.ended_at is None:
            self._attempts[number] = replace(attempt, ended_at=now, status=reply.status, error=reply.error)

    def attempts(self, endpoint: str, after: int, limit: int) -> Sequence[NoticeAttempt]:
        behind = (row for row in self._attempts.values() if row.number > after and row.endpoint == endpoint)
        return list(islice(behind, limit))

    def _of(self, endpoint: str) -> Sequence[NoticeDelivery]:
        return [row for row in self._deliveries.values() if row.endpoint == endpoint]


def _values(row: NoticeEndpoint | NoticeDelivery | NoticeAttempt) -> Mapping[str, object]:
    """By column; plain strings, since SQLite's module is slow with other kinds."""
    return {name: value.value if isinstance(value, Enum) else value for name, value in asdict(row).items()}


def _endpoint_of(row: Sequence[Any]) -> NoticeEndpoint:
    id, kind, *rest = row
    return from_row(NoticeEndpoint, (id, EndpointKind(kind), *rest))


def _delivery_of(row: Sequence[Any]) -> NoticeDelivery:
    number, endpoint, message, event, kind, share, location, name, reason, at, state, *rest = row
    told = (number, endpoint, message, event, NoticeKind(kind), share, location, name, reason, at)
    return from_row(NoticeDelivery, (*told, DeliveryState(state), *rest))
