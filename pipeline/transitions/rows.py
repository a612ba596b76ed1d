"""The row of a change of state, and what every transition needs."""

from pipeline.record import EventRow, ShareRecord, spec_hash
from pipeline.states import ShareState

__all__ = ["UNNUMBERED", "event", "spec_of"]

UNNUMBERED = 0
"""A stored row gets its number from the store."""


def event(
    record: ShareRecord,
    before: ShareState | None,
    after: ShareState | None,
    *,
    writer: str,
    fence: int | None,
    reason: str | None,
    now: float,
) -> EventRow:
    """The row of a change of state."""
    return EventRow(
        number=UNNUMBERED,
        at=now,
        share=record.id,
        location=record.location,
        name=record.name,
        before=before,
        after=after,
        writer=writer,
        fence=fence,
        reason=reason,
        operation=record.operation,
        tenant=record.tenant,
    )


def spec_of(record: ShareRecord, size: int) -> str:
    """The hash of what is wanted of it, at this size."""
    return record.spec_hash if size == record.size else spec_hash(record.location, record.name, size)
