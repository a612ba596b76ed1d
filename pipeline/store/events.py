"""Writes down a change of state, in the transaction that makes it."""

from pipeline.record import ShareRecord
from pipeline.states import ShareState
from pipeline.store.transaction import Transaction

__all__ = ["write_event"]


def write_event(
    transaction: Transaction,
    record: ShareRecord,
    *,
    before: ShareState | None,
    after: ShareState | None,
    writer: str,
    fence: int | None,
    reason: str | None,
) -> None:
    """before None: the record was made; after None: it was removed."""
    transaction.run(
        "insert_event",
        at=transaction.now,
        share=record.id,
        location=record.location,
        name=record.name,
        before=None if before is None else before.value,
        after=None if after is None else after.value,
        writer=writer,
        fence=fence,
        reason=reason,
    )
