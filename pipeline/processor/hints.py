"""Messages and work, held against each other: what waits without a message, and messages without work.

A message is done as soon as somebody has claimed its work, so that most records without one are in order: one is
missing where the work has been due for a while and nobody has it. The scan finds such work, too; it is slower.
"""

from collections.abc import Iterator

from pipeline.holds import paused
from pipeline.record import Message, ShareRecord
from pipeline.states import RESTING, ShareState
from pipeline.store.tables import Tables

__all__ = ["end_stray", "send_hint", "strays", "unhinted"]

_ALL = -1
_WORKING = tuple(state for state in ShareState if state not in RESTING)


def unhinted(tables: Tables, grace: float) -> list[ShareRecord]:
    """Records that have been due for the grace, that nobody holds, and of whose work no message tells: none where the
    cluster is paused, whose messages are done with as they come."""
    told = {(message.share, message.generation) for message in tables.waiting_messages()}
    return [record for record in _overdue(tables, grace) if (record.id, record.generation) not in told]


def strays(tables: Tables) -> list[Message]:
    """Messages that wait, and whose record is gone or done with that work."""
    return [message for message in tables.waiting_messages() if _is_stray(tables, message)]


def send_hint(tables: Tables, id: str, *, grace: float, lifetime: float) -> bool:
    """Send a message of the work of a record that still lacks one; whether it did."""
    record = next((record for record in unhinted(tables, grace) if record.id == id), None)
    if record is None:
        return False
    tables.insert_message(record.id, record.generation, tables.now + lifetime)
    return True


def end_stray(tables: Tables, number: int) -> bool:
    """End a message that is still without work; whether it did."""
    if number not in {message.number for message in strays(tables)}:
        return False
    tables.end_messages([number])
    return True


def _overdue(tables: Tables, grace: float) -> Iterator[ShareRecord]:
    left_alone = paused(tables.holds(), tables.now)
    for state in _WORKING:
        for record in tables.records(None, state, 0, _ALL):
            if record.owner is None and record.location not in left_alone and record.due_at <= tables.now - grace:
                yield record


def _is_stray(tables: Tables, message: Message) -> bool:
    record = tables.find_id(message.share)
    return record is None or record.generation_done >= message.generation
