"""The API's transactions: a create or a change is accepted with its message and its event, or not at all."""

from pipeline.record import Change, NewShare, ShareRecord
from pipeline.states import Operation, ShareState
from pipeline.store.events import write_event
from pipeline.store.protocol import Absent, Accepted, Exists, NotActive
from pipeline.store.rows import record_of, spec_hash
from pipeline.store.transaction import Transaction

__all__ = ["change", "create"]


def create(transaction: Transaction, share: NewShare, *, message_lifetime: float) -> Accepted | Exists:
    """Make a record in state pending."""
    spec = spec_hash(share.location, share.name, share.size)
    row = transaction.insert(
        "insert_share",
        id=share.id,
        location=share.location,
        name=share.name,
        size=share.size,
        spec_hash=spec,
        now=transaction.now,
    )
    if row is None:
        taken = transaction.one("find_share", location=share.location, name=share.name)
        assert taken is not None
        return Exists(record=record_of(taken))
    return _accept(transaction, _fresh(row, share, spec, transaction.now), None, message_lifetime)


def change(
    transaction: Transaction, location: str, name: str, change: Change, *, message_lifetime: float
) -> Accepted | Absent | NotActive:
    """Ask for a resize or a delete of an active record."""
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
    transaction: Transaction, record: ShareRecord, before: ShareState | None, message_lifetime: float
) -> Accepted:
    transaction.run(
        "insert_message",
        share=record.id,
        generation=record.generation,
        now=transaction.now,
        expires_at=transaction.now + message_lifetime,
    )
    write_event(transaction, record, before=before, after=record.state, writer="api", fence=None, reason=None)
    return Accepted(record=record)


def _fresh(row: int, share: NewShare, spec: str, now: float) -> ShareRecord:
    """The record as `insert_share` writes it."""
    return ShareRecord(
        row=row,
        id=share.id,
        location=share.location,
        name=share.name,
        size=share.size,
        confirmed_size=None,
        spec_hash=spec,
        operation=Operation.CREATE,
        generation=1,
        generation_done=0,
        state=ShareState.PENDING,
        reason=None,
        owner=None,
        lease_until=None,
        fence=0,
        sequence=0,
        command_deadline=None,
        attempt=0,
        due_at=now,
        last_error=None,
        created_at=now,
        updated_at=now,
    )
