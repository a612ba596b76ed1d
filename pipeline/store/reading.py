"""The readers' queries: records, events, attempts and counts, each from one snapshot."""

from collections.abc import Sequence

from pipeline.record import AttemptRow, EventRow, ShareRecord
from pipeline.states import ShareState
from pipeline.store.rows import attempt_of, event_of, record_of
from pipeline.store.transaction import Transaction

__all__ = ["attempts", "counts", "events", "get", "listing"]


def get(transaction: Transaction, location: str, name: str) -> ShareRecord | None:
    """The record of a name."""
    row = transaction.one("get", location=location, name=name)
    return None if row is None else record_of(row)


def listing(
    transaction: Transaction, location: str | None, state: ShareState | None, after: int, limit: int
) -> Sequence[ShareRecord]:
    """Records in the order in which they were made."""
    rows = transaction.all("list", location=location, state=state, after=after, limit=limit)
    return [record_of(row) for row in rows]


def events(transaction: Transaction, after: int, limit: int) -> Sequence[EventRow]:
    """Changes of state with numbers above `after`."""
    return [event_of(row) for row in transaction.all("events", after=after, limit=limit)]


def attempts(transaction: Transaction, after: int, limit: int) -> Sequence[AttemptRow]:
    """Commands with numbers above `after`."""
    return [attempt_of(row) for row in transaction.all("attempts", after=after, limit=limit)]


def counts(transaction: Transaction) -> dict[str, int]:
    """Records by state, also the states that have none, and messages that wait as `queued`."""
    found = dict.fromkeys(map(str, ShareState), 0) | dict(transaction.all("count"))
    every, queued = found.pop("all"), found.pop("queued")
    return found | {ShareState.ACTIVE.value: every - sum(found.values()), "queued": queued}
