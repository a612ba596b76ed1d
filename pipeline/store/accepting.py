"""The API's transactions: a create or a change is accepted with its message and its event, or not at all; at a
location that is drained, not at all."""

from collections.abc import Sequence

from pipeline import transitions
from pipeline.holds import drained
from pipeline.record import Change, NewShare, ShareRecord
from pipeline.store.protocol import Accepted, Drained, Exists, NotActive, NotFound
from pipeline.store.tables import Tables

__all__ = ["change", "create_all"]


def create_all(
    tables: Tables, shares: Sequence[NewShare], *, message_lifetime: float | None
) -> Sequence[Accepted | Exists | Drained]:
    """Make records in state pending, each with its message and its event.

    message_lifetime: seconds; None: no message, for a design in which nobody would take it.
    """
    holds = tables.holds()
    refused = [drained(holds, share.location, tables.now) for share in shares] if holds else [None] * len(shares)
    wanted = [share for share, hold in zip(shares, refused, strict=True) if hold is None]
    expires_at = None if message_lifetime is None else tables.now + message_lifetime
    made = iter(tables.insert_created(wanted, expires_at) if wanted else ())
    return [
        _made(tables, share, next(made)) if hold is None else Drained(hold=hold)
        for share, hold in zip(shares, refused, strict=True)
    ]


def _made(tables: Tables, share: NewShare, record: ShareRecord | None) -> Accepted | Exists:
    if record is not None:
        return Accepted(record=record)
    record = tables.find(share.location, share.name)
    assert record is not None, "a name that is taken has its record"
    return Exists(record=record)


def change(
    tables: Tables, location: str, name: str, change: Change, *, message_lifetime: float | None
) -> Accepted | NotFound | NotActive | Drained:
    """Ask for a resize or a delete of an active record. message_lifetime: as for creates."""
    record = tables.find(location, name)
    if record is None or change.tenant not in {None, record.tenant}:
        return NotFound()
    if (hold := drained(tables.holds(), location, tables.now)) is not None:
        return Drained(hold=hold)
    changed = transitions.change(record, change, tables.now)
    if changed is None:
        return NotActive(record=record)
    after, event = changed
    assert tables.update(record, after), "nobody else writes within a transaction"
    if message_lifetime is not None:
        tables.insert_message(after.id, after.generation, tables.now + message_lifetime)
    tables.insert_event(event)
    return Accepted(record=after)
