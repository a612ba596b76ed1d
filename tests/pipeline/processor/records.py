"""Records, views and sights for the processor's tests."""

from typing import Any

from connector.operations import ShareView
from connector.values import replace
from pipeline.marks import Marks, StoreIdentity
from pipeline.processor.situation import Absent, Present, Rules
from pipeline.record import NewShare, ShareRecord
from pipeline.states import Operation, ShareState
from pipeline.transitions import create

MARKS = Marks(owner="spool", store=StoreIdentity(id="s1"))
RULES = Rules(marks=MARKS, attempts=3, skew=1.0)
ID = "0190-share"
SIZE = 1000
NOW = 100.0
PAST = 50.0
AHEAD = 110.0

FRESH = replace(
    create(1, NewShare(id=ID, location="north", name="alpha", size=SIZE), 90.0),
    owner="p1",
    lease_until=130.0,
    fence=1,
    due_at=NOW,
)


_OPERATIONS = {ShareState.UPDATING: Operation.RESIZE, ShareState.DELETING: Operation.DELETE}


def tried(
    state: ShareState = ShareState.PENDING, *, attempt: int = 1, deadline: float = PAST, **more: Any
) -> ShareRecord:
    """A record for which a command was begun and never heard of."""
    confirmed = SIZE if state is ShareState.DELETING else None  # it was active
    changes: dict[str, Any] = {
        "state": state,
        "operation": _OPERATIONS.get(state, Operation.CREATE),
        "attempt": attempt,
        "command_deadline": deadline,
        "sequence": 7,
        "settled": False,
        "confirmed_size": confirmed,
    }
    return replace(FRESH, **(changes | more))


def share(*, size: int = SIZE, mark: str | None = f"spool/s1/{ID}", complete: bool = True) -> ShareView:
    return ShareView(name="alpha", size=size, mark=mark, complete=complete)


ABSENT = Absent(at=NOW)
OURS = Present(at=NOW, view=share())
FOREIGN = Present(at=NOW, view=share(mark="spool/s1/another"))
UNMARKED = Present(at=NOW, view=share(mark=None))
SMALLER = Present(at=NOW, view=share(size=1))
LARGER = Present(at=NOW, view=share(size=2 * SIZE))
HALF_MADE = Present(at=NOW, view=share(complete=False))
