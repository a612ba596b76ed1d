"""The API's transactions: a create or a change is accepted with its message and its event, or not at all."""

from collections.abc import Sequence

from pydantic_core import to_json

from pipeline.record import Change, NewShare, ShareRecord, fresh
from pipeline.states import Operation, ShareState
from pipeline.store.events import write_event
from pipeline.store.protocol import Absent, Accepted, Exists, NotActive
from pipeline.store.rows import record_of, spec_hash
from pipeline.store.transaction import Transaction

__all__ = ["change", "create_all"]


def create_all(
    transaction: Transaction, shares: Sequence[NewShare], *, message_lifetime: float | None
) -> Sequence[Accepted | Exists]:
    """Make records in state pending, each with its message and its event: four statements, however many they are.

    message_lifetime: seconds; None: no message, for a design in which nobody would take it.

    The interpreter's lock is let go and taken again at every statement, which costs more than the rows do while the
    loop's thread wants it too.
    """
    specs = [spec_hash(share.location, share.name, share.size) for share in shares]
    wanted = [
        (share.id, share.location, share.name, share.size, spec) for share, spec in zip(shares, specs, strict=True)
    ]
    (newest,) = transaction.only("newest_row")
    made, last = transaction.insert("insert_shares", shares=to_json(wanted).decode(), now=transaction.now)
    if made:
        if message_lifetime is not None:
            transaction.run(
                "insert_messages_behind",
                newest=newest,
                now=transaction.now,
                expires_at=transaction.now + message_lifetime,
            )
        transaction.run("insert_events_behind", newest=newest, now=transaction.now)
    if made < len(shares):
        return [_found(transaction, share) for share in shares]
    # None was left out, so that their rows follow on each other: one writer, and rows that are never used again.
    return [
        Accepted(record=fresh(row, share, spec, transaction.now))
        for row, share, spec in zip(range(last - made + 1, last + 1), shares, specs, strict=True)
    ]


def _found(transaction: Transaction, share: NewShare) -> Accepted | Exists:
    """What stands at a name now: this very share, or one that was there before."""
    record = record_of(transaction.only("find_share", location=share.location, name=share.name))
    return Accepted(record=record) if record.id == share.id else Exists(record=record)


def change(
    transaction: Transaction, location: str, name: str, change: Change, *, message_lifetime: float | None
) -> Accepted | Absent | NotActive:
    """Ask for a resize or a delete of an active record. message_lifetime: as for creates."""
    found = transaction.one("find_share", location=location, name=name)
    if found is None:
        return Absent()
    record = record_of(found)
    size = record.size if change.size is None else change.size
    row = transaction.one(
        "change_share",
        row=record.row,
        state=ShareState.DELETING if change.operation is Operation.DELETE else ShareState.UPDATING,
        operation=change.operation,
        size=size,
        spec_hash=spec_hash(location, name, size),
        now=transaction.now,
    )
    if row is None:
        return NotActive(record=record)
    return _accept(transaction, record_of(row), record.state, message_lifetime)


def _accept(
    transaction: Transaction, record: ShareRecord, before: ShareState | None, message_lifetime: float | None
) -> Accepted:
    if message_lifetime is not None:
        transaction.run(
            "insert_message",
            share=record.id,
            generation=record.generation,
            now=transaction.now,
            expires_at=transaction.now + message_lifetime,
        )
    write_event(transaction, record, before=before, after=record.state, writer="api", fence=None, reason=None)
    return Accepted(record=record)
