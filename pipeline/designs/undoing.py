"""The blocking design's transactions: what opens an operation, what closes it, and what undoes it.

No database transaction is held open while a cluster is waited for: it would pin the store's one writer. An operation is
opened in one, and closed or undone in another; what a dead process left open is undone at the next start, as a database
rolls back the transactions of a connection that is gone.
"""

from collections.abc import Callable

from pipeline.record import Change, Claim, Idempotency, Message, NewShare, ShareRecord
from pipeline.states import Operation, ShareState
from pipeline.store import accepting, idempotency, jobs, reading
from pipeline.store.events import write_event
from pipeline.store.protocol import Acceptance, Accepted, Render
from pipeline.store.rows import record_of
from pipeline.store.transaction import Transaction

__all__ = ["WRITER", "Accept", "accept_change", "accept_create", "close", "open_operation", "undo", "undo_all"]

WRITER = "api"
_ALL = -1
_IN_HAND = "a record in hand is nobody else's"

Accept = Callable[[Transaction], Acceptance]


def accept_create(share: NewShare) -> Accept:
    """The record, pending: it keeps the name while the cluster is waited for."""
    return lambda transaction: accepting.create_all(transaction, [share], message_lifetime=None)[0]


def accept_change(location: str, name: str, change: Change) -> Accept:
    """An active record, updating or deleting."""
    return lambda transaction: accepting.change(transaction, location, name, change, message_lifetime=None)


def open_operation(
    transaction: Transaction, accept: Accept, key: Idempotency | None, render: Render, *, holder: str, lease: float
) -> Claim | Acceptance:
    """A claim on the record where the operation may go on; else what is to be answered, kept with its key."""
    earlier = idempotency.recall(transaction, key)
    if earlier is not None:
        return earlier
    acceptance = accept(transaction)
    if not isinstance(acceptance, Accepted):
        idempotency.keep(transaction, key, render(acceptance))
        return acceptance
    record = acceptance.record
    message = Message(number=0, share=record.id, generation=record.generation)
    claim = jobs.claim(transaction, message, holder, lease, None)
    assert claim is not None, "nobody else can have seen the record"
    return claim


def close(transaction: Transaction, claim: Claim) -> ShareRecord:
    """What was asked has been done: the record as it is now, or as it last was."""
    record = claim.record
    if record.operation is Operation.DELETE:
        jobs.remove(transaction, claim, writer=WRITER)
        return record
    moved = jobs.move(transaction, claim, ShareState.ACTIVE, None, record.size, writer=WRITER)
    assert moved is not None, _IN_HAND
    return moved.record


def undo(transaction: Transaction, claim: Claim, reason: str) -> None:
    """As if nothing had been asked: a record that was to be made goes, any other is active as before."""
    if claim.record.state is ShareState.PENDING:
        failing = jobs.move(transaction, claim, ShareState.FAILING, reason, None, writer=WRITER)
        assert failing is not None, _IN_HAND
        jobs.remove(transaction, failing, writer=WRITER)
    else:
        _reactivate(transaction, claim, reason)


def undo_all(transaction: Transaction, reason: str) -> int:
    """Undo what a process that has ended left open; how many operations that were. One process at a time uses a store.

    A record that nobody holds was never opened here: another design made it, and it is left alone.
    """
    opened = [
        Claim(record=record, owner=record.owner, fence=record.fence, lease_until=transaction.now)
        for state in (ShareState.PENDING, ShareState.UPDATING, ShareState.DELETING)
        for record in reading.listing(transaction, None, state, 0, _ALL)
        if record.owner is not None
    ]
    for claim in opened:
        undo(transaction, claim, reason)
    return len(opened)


def _reactivate(transaction: Transaction, claim: Claim, reason: str) -> None:
    """From deleting there is no legal way back, so no move of the processor does this: a rolled back delete does."""
    record = claim.record
    row = transaction.one(
        "activate",
        reason=reason,
        size=record.size if record.confirmed_size is None else record.confirmed_size,
        confirmed_size=record.confirmed_size,
        spec_hash=record.spec_hash,
        now=transaction.now,
        row=record.row,
        id=record.id,
        fence=claim.fence,
        state=record.state,
        owner=claim.owner,
    )
    assert row is not None, _IN_HAND
    write_event(
        transaction,
        record_of(row),
        before=record.state,
        after=ShareState.ACTIVE,
        writer=WRITER,
        fence=claim.fence,
        reason=reason,
    )
