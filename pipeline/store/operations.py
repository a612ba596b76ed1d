"""The transactions of a design that carries an operation out itself: what opens it, what closes it, what rolls it back.

No database transaction is held open while a cluster is waited for: it would pin the store's one writer. An operation is
opened in one, and closed or rolled back in another; what a dead process left open is rolled back at the next start, as
a database rolls back the transactions of a connection that is gone.
"""

from collections.abc import Callable

from pipeline import transitions
from pipeline.kinds.table import kind_of
from pipeline.record import Claim, Idempotency, ShareRecord
from pipeline.states import ShareState
from pipeline.store import claiming, idempotency, jobs
from pipeline.store.acceptances import Acceptance, Accepted, Render, StoredAnswer
from pipeline.store.tables import Tables

__all__ = ["close", "open_operation", "roll_back", "roll_back_all"]

_ALL = -1
_IN_HAND = "a record in hand is nobody else's"


def open_operation(
    tables: Tables,
    accept: Callable[[Tables], Acceptance],
    key: Idempotency | None,
    render: Render,
    *,
    owner: str,
    lease: float,
) -> Claim | Acceptance:
    """A claim on the record where the operation may go on; else what is to be answered, kept with its key."""
    earlier = idempotency.recall(tables, key)
    if earlier is not None:
        return earlier
    acceptance = accept(tables)
    if not isinstance(acceptance, Accepted):
        idempotency.keep(tables, key, render(acceptance))
        return acceptance
    return claiming.claim_accepted(tables, acceptance.record, owner, lease)


def close(tables: Tables, claim: Claim, *, writer: str) -> ShareRecord:
    """What was asked has been done: the record as it is now, or as it last was."""
    record = claim.record
    if record.state is ShareState.DELETING:
        jobs.remove(tables, claim, writer=writer)
        return record
    parts = kind_of(record).parts_after(record, None)
    moved = jobs.move(tables, claim, ShareState.ACTIVE, None, record.size, writer=writer, parts=parts)
    assert moved is not None, _IN_HAND
    return moved.record


def roll_back(
    tables: Tables, claim: Claim, reason: str, key: Idempotency | None, answer: StoredAnswer | None, *, writer: str
) -> None:
    """As if nothing had been asked: a record that was to be made goes, any other is active as before."""
    if claim.record.state is ShareState.PENDING:
        failing = jobs.move(tables, claim, ShareState.FAILING, reason, None, writer=writer)
        assert failing is not None, _IN_HAND
        jobs.remove(tables, failing, writer=writer)
    else:
        _activate_again(tables, claim, reason, writer)
    if answer is not None:
        idempotency.keep(tables, key, answer)


def roll_back_all(tables: Tables, reason: str, *, writer: str) -> int:
    """Roll back what a process that has ended left open; how many operations that were. One process at a time uses such
    a store.

    A record that nobody holds was never opened here: another design made it, and it is left alone.
    """
    opened = [
        transitions.claim_of(record, record.owner, tables.now)
        for state in (ShareState.PENDING, ShareState.UPDATING, ShareState.DELETING)
        for record in tables.records(None, state, 0, _ALL)
        if record.owner is not None
    ]
    for claim in opened:
        roll_back(tables, claim, reason, None, None, writer=writer)
    return len(opened)


def _activate_again(tables: Tables, claim: Claim, reason: str, writer: str) -> None:
    jobs.write_notes(tables, claim)
    record = tables.load(claim.record.row)
    activated = transitions.activate_again(record, claim, reason=reason, writer=writer, now=tables.now)
    assert record is not None, _IN_HAND
    assert activated is not None, _IN_HAND
    after, event = activated
    assert tables.update(record, after), "nobody else writes within a transaction"
    tables.insert_event(event)
