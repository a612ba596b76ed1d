"""What the API does to a record: it makes one, and asks for a change of it."""

from connector.values import replace
from pipeline.kinds.table import KINDS
from pipeline.record import Change, EventRow, NewShare, ShareRecord, spec_hash
from pipeline.states import Operation, ShareState
from pipeline.transitions.rows import event, spec_of

__all__ = ["change", "create", "created", "is_cancelled"]

# Python 3.11 takes long to look a member of an enum up
_CREATE, _PENDING = Operation.CREATE, ShareState.PENDING


def create(row: int, share: NewShare, now: float) -> ShareRecord:
    """The record of a share whose create is accepted now. Its event: `created`."""
    return ShareRecord(
        row=row,
        id=share.id,
        location=share.location,
        name=share.name,
        size=share.size,
        confirmed_size=None,
        spec_hash=spec_hash(share.location, share.name, share.size),
        operation=_CREATE,
        generation=1,
        generation_done=0,
        state=_PENDING,
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
        tenant=share.tenant,
        priority=share.priority,
    )


def created(record: ShareRecord, now: float) -> EventRow:
    """The event of a record that was just made."""
    return event(record, None, record.state, writer="api", fence=None, reason=None, now=now)


def change(record: ShareRecord, change: Change, now: float) -> tuple[ShareRecord, EventRow] | None:
    """A task of a kind is asked for. None: the record is in a state that does not allow it, or is somebody's.

    A create that is cancelled may be in hand: whoever has it can write no more, since the record is nobody's and in
    another state, as after a lease that was lost. What was sent for it is waited out by the delete like any other.
    """
    kind = KINDS[change.operation]
    if not is_cancelled(record, change) and (record.state not in kind.begins_in or record.owner is not None):
        return None
    size = record.size if change.size is None else change.size
    changed = replace(
        record,
        state=kind.under_way,
        operation=change.operation,
        size=size,
        spec_hash=spec_of(record, size),
        part=change.part,
        owner=None,
        lease_until=None,
        generation=record.generation + 1,
        attempt=0,
        deferrals=0,
        due_at=now,
        reason=None,
        last_error=None,
        updated_at=now,
    )
    return changed, event(changed, record.state, changed.state, writer="api", fence=None, reason=None, now=now)


def is_cancelled(record: ShareRecord, change: Change) -> bool:
    """Whether the change ends a create that is under way."""
    return change.cancels and record.state is _PENDING and KINDS[change.operation].under_way is ShareState.DELETING
