"""The transitions of a record, as pure functions: the one text of what each operation does to it. Every store realises
them.

A function takes the record as it stands and gives the one that follows, with the row of `events` or `attempts` that
goes with it, or None where the record is not, or no longer, in a state that allows it. A stored row gets its number
from the store; here it is `UNNUMBERED`. Instants (`now`) are Unix seconds by the store's clock, durations are seconds.

accepted.py  what the API does: a create, a change
claims.py    whose a record is: due, claimed, held, released, a dead letter
commands.py  what is written down of a command
moves.py     the changes of state by whoever holds it
rows.py      what they share: the row of a change of state
"""

from pipeline.transitions.accepted import change, create, created, is_cancelled
from pipeline.transitions.claims import (
    DEAD,
    REQUEUED,
    claim,
    claim_of,
    dead_event,
    dead_letter,
    due_order,
    is_ahead,
    is_due,
    is_held,
    release,
    renew,
    requeue,
    turn_order,
)
from pipeline.transitions.commands import begin, begin_unclaimed, command_of, end, probe
from pipeline.transitions.moves import activate_again, check_move, give_up, move, remove
from pipeline.transitions.rows import UNNUMBERED, event

__all__ = [
    "DEAD",
    "REQUEUED",
    "UNNUMBERED",
    "activate_again",
    "begin",
    "begin_unclaimed",
    "change",
    "check_move",
    "claim",
    "claim_of",
    "command_of",
    "create",
    "created",
    "dead_event",
    "dead_letter",
    "due_order",
    "end",
    "event",
    "give_up",
    "is_ahead",
    "is_cancelled",
    "is_due",
    "is_held",
    "move",
    "probe",
    "release",
    "remove",
    "renew",
    "requeue",
    "turn_order",
]
