"""The API's transactions: a create or a change is accepted with its message and its event, or not at all."""

from collections.abc import Sequence

from pipeline import transitions
from pipeline.record import Change, NewShare
from pipeline.store.protocol import Accepted, Exists, NotActive, NotFound
from pipeline.store.tables import Tables

__all__ = ["change", "create_all"]


def create_all(
    tables: Tables, shares: Sequence[NewShare], *, message_lifetime: float | None
) -> Sequence[Accepted | Exists]:
    """Make records in state pending, each with its message and its event.

    message_lifetime: seconds; None: no message, for a design in which nobody would take it.
    """
    made = tables.insert_created(shares, None if message_lifetime is None else tables.now + message_lifetime)
    return [
        _existing(tables, share) if record is None else Accepted(record=record)
        for share, record in zip(shares, made, strict=True)
    ]


def _existing(tables: Tables, share: NewShare) -> Exists:
    record = tables.find(share.location, share.name)
    assert record is not None, "a name that is taken has its record"
    return Exists(record=record)


def change(
    tables: Tables, location: str, name: str, change: Change, *, message_lifetime: float | None
) -> Accepted | NotFound | NotActive:
    """Ask for a resize or a delete of an active record. message_lifetime: as for creates."""
    record = tables.find(location, name)
    if record is None:
        return NotFound()
    changed = transitions.change(record, change, tables.now)
    if changed is None:
        return NotActive(record=record)
    after, event = changed
    assert tables.update(record, after), "nobody else writes within a transaction"
    if message_lifetime is not None:
        tables.insert_message(after.id, after.generation, tables.now + message_lifetime)
    tables.insert_event(event)
    return Accepted(record=after)
